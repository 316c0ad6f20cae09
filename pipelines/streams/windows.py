"""Windows of long texts: random ones, or all in order.

Every random choice is a pure function of (seed, step).
"""

import tensorflow as tf

from pipelines.streams.share import WHOLE, Share


def seed_pair(seed: int, *steps: tf.Tensor | int) -> tf.Tensor:
    """Folds a seed and counters into a seed for `tf.random.stateless_*`.

    Returns:
        int64 tensor of shape `(2,)`.
    """
    pair = tf.constant([seed, 0], tf.int64)
    for step in steps:
        pair = tf.random.experimental.stateless_fold_in(
            pair, tf.cast(step, tf.int64), alg="philox"
        )
    return pair


def random_starts(
    seed: int,
    step: tf.Tensor | int,
    sizes: tf.Tensor,
    length: int,
    share: Share = WHOLE,
) -> tf.Tensor:
    """Draws the first positions of windows, uniformly over all that fit.

    Args:
        seed: any integer.
        step: scalar integer, the number of the batch.
        sizes: integer tensor of shape `(rows,)`, tokens of each text of the
            share.
        length: tokens per window.
        share: the part of the batch. Numbers are drawn for all of it.

    Returns:
        int64 tensor of shape `(rows,)`; 0 for a text that is not longer than
        the window.
    """
    return _random_starts(seed_pair(seed, step), sizes, length, share)


def random_slices(
    seed: int,
    step: tf.Tensor | int,
    texts: tf.Tensor,
    size: int,
    share: Share = WHOLE,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Takes a part of each text that is larger than that.

    Args:
        seed: any integer.
        step: scalar integer, the number of the batch.
        texts: string tensor of shape `(rows,)`.
        size: bytes of a part.
        share: see `random_starts`.

    Returns:
        The parts, and whether more of the text follows.
    """
    sizes = tf.strings.length(texts)
    # Not the numbers of the windows.
    pair = seed_pair(seed, step, 1)
    starts = tf.cast(_random_starts(pair, sizes, size, share), tf.int32)
    parts = tf.strings.substr(texts, starts, tf.fill(tf.shape(starts), size))
    return parts, starts + size < sizes


def _random_starts(pair, sizes, length, share):
    choices = tf.maximum(tf.cast(sizes, tf.int64) - length, 0) + 1
    batch_size = tf.size(sizes) * share.parts
    uniform = tf.random.stateless_uniform(
        [batch_size], pair, dtype=tf.float64, alg="philox"
    )[share.rows(batch_size)]
    return tf.cast(uniform * tf.cast(choices, tf.float64), tf.int64)


def random_windows(
    stream: tf.Tensor,
    seed: int,
    step: tf.Tensor | int,
    batch_size: int,
    length: int,
    share: Share = WHOLE,
) -> tf.Tensor:
    """Draws windows at uniformly random positions of a stream.

    Args:
        stream: tensor of shape `(tokens,)` with at least `length` tokens.
        seed: any integer.
        step: scalar integer, the number of the batch.
        batch_size: number of windows.
        length: tokens per window.
        share: the part of them to return.

    Returns:
        tensor of shape `(batch_size // share.parts, length)` of the stream's
        type.
    """
    sizes = tf.fill([batch_size // share.parts], tf.size(stream))
    starts = random_starts(seed, step, sizes, length, share)
    return tf.gather(
        stream, starts[:, tf.newaxis] + tf.range(length, dtype=tf.int64)
    )


def tile(stream: tf.Tensor, length: int) -> tf.Tensor:
    """Cuts a stream into windows that do not overlap, in order.

    Args:
        stream: tensor of shape `(tokens,)`.
        length: tokens per window.

    Returns:
        tensor of shape `(tokens // length, length)`; a shorter last part is
        left out.
    """
    count = tf.size(stream) // length
    return tf.reshape(stream[: count * length], (count, length))
