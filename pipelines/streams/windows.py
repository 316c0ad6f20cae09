"""Windows of long texts: random ones, or all in order.

Every random choice is a pure function of (seed, step). Streams run on the CPU,
where the default algorithm is Philox; naming it takes ten times as many ops.
"""

import tensorflow as tf

from pipelines.streams.share import WHOLE, Share
from pipelines.vocabulary import window_starts


def seed_pair(seed: int, *steps: tf.Tensor | int) -> tf.Tensor:
    """Folds a seed and counters into a seed for `tf.random.stateless_*`.

    Returns:
        int64 tensor of shape `(2,)`.
    """
    pair = tf.constant([seed, 0], tf.int64)
    for step in steps:
        pair = tf.random.experimental.stateless_fold_in(
            pair, tf.cast(step, tf.int64)
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
    uniform = random_numbers(seed, step, tf.size(sizes), share)
    return window_starts(uniform, sizes, length)


def random_numbers(
    seed: int,
    step: tf.Tensor | int,
    rows: tf.Tensor | int,
    share: Share = WHOLE,
    *more: int,
) -> tf.Tensor:
    """Draws a number in [0, 1) for each row of a share of a batch.

    Args:
        seed: any integer.
        step: scalar integer, the number of the batch.
        rows: rows of the share.
        share: the part of the batch. Numbers are drawn for all of it.
        *more: further counters, for other numbers.

    Returns:
        float64 tensor of shape `(rows,)`.
    """
    batch_size = rows * share.parts
    uniform = tf.random.stateless_uniform(
        [batch_size], seed_pair(seed, step, *more), dtype=tf.float64
    )
    return uniform[share.rows(batch_size)]


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
