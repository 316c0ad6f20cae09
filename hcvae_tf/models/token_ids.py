"""Checks the token ids that a model or an encoder is given."""

import tensorflow as tf

from pipelines.errors import UserError


def token_ids(tokens, length: int | None = None) -> tf.Tensor:
    """Converts token ids to int32.

    Args:
        tokens: integer tensor or array of shape `(batch, length)`.
        length: tokens per text, None for any number.

    Raises:
        UserError: a `ValueError`, if they have another type or shape.
    """
    tokens = tf.convert_to_tensor(tokens)
    if not tokens.dtype.is_integer:
        raise UserError(
            "tokens must be integer ids, such as those of Vocabulary.encode, "
            f"not {tokens.dtype.name}"
        )
    if tokens.shape.rank not in (2, None):
        raise UserError(
            f"tokens must have shape (batch, length), not {tokens.shape}"
        )
    if tokens.shape.rank and length and tokens.shape[1] not in (length, None):
        raise UserError(
            f"this model reads texts of {length} tokens, not "
            f"{tokens.shape[1]}; encode them with length={length}"
        )
    # Where the shape is known only when the graph runs.
    tokens = tf.ensure_shape(tokens, (None, length))
    return tf.cast(tokens, tf.int32)


def check_range(tokens: tf.Tensor, vocabulary_size: int) -> tf.Tensor:
    """Returns the tokens, or fails at one outside of the vocabulary.

    Raises:
        tf.errors.InvalidArgumentError: when the graph runs; XLA leaves the
            check out.
    """
    message = f"token ids must be from 0 to {vocabulary_size - 1}"
    checks = [
        tf.debugging.assert_non_negative(tokens, message),
        tf.debugging.assert_less(tokens, vocabulary_size, message),
    ]
    # Eagerly there is nothing to wait for.
    with tf.control_dependencies([check for check in checks if check]):
        return tf.identity(tokens)
