"""Special ids of every vocabulary, and what they say about a row of tokens."""

import tensorflow as tf

PAD, UNK, END = 0, 1, 2
"""Special ids of every vocabulary. `PAD` is 0: what is unwritten is padding."""

FIRST_ID = 3
"""The id of the first token that has a text."""


def start_id(size: int) -> int:
    """Returns the input id before the first token.

    Args:
        size: ids that can be predicted.
    """
    return size


def dropped_id(size: int) -> int:
    """Returns the input id that replaces a dropped token; see `start_id`."""
    return size + 1


def text_mask(tokens: tf.Tensor) -> tf.Tensor:
    """Returns 1 for each token of a text, `END` included, and 0 for padding.

    Args:
        tokens: integer tensor of any shape.

    Returns:
        float32 tensor of the same shape.
    """
    return tf.cast(tokens != PAD, tf.float32)


def token_counts(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of tokens of each text, `END` included.

    Args:
        tokens: integer tensor of shape `(batch, length)`.

    Returns:
        int64 tensor of shape `(batch,)`.
    """
    return tf.math.count_nonzero(tokens != PAD, axis=-1)


def longest_text(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of positions after which there is only padding.

    Args:
        tokens: integer tensor of shape `(batch, length)`.

    Returns:
        int32 scalar, 1 or more: no part of a model needs to run over nothing.
    """
    used = tf.reduce_any(tokens != PAD, axis=0)
    ends = tf.where(used, tf.range(1, tf.size(used) + 1), 1)
    return tf.reduce_max(ends)


def character_counts(
    tokens: tf.Tensor, characters_per_token: tuple[int, ...] | None = None
) -> tf.Tensor:
    """Returns the number of characters of each row; `END` counts as one.

    Args:
        tokens: integer tensor of shape `(batch, length)`.
        characters_per_token: that of a vocabulary.

    Returns:
        float32 tensor of shape `(batch,)`.
    """
    if characters_per_token is None:
        return tf.reduce_sum(text_mask(tokens), axis=-1)
    characters = tf.gather(tf.cast(characters_per_token, tf.float32), tokens)
    return tf.reduce_sum(characters, axis=-1)


def ends_text(tokens: tf.Tensor) -> tf.Tensor:
    """Returns which tokens are `END` or `PAD`: a bool tensor of equal shape."""
    return (tokens == END) | (tokens == PAD)
