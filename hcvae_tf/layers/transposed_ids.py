"""Transposes ids without a notice."""

import tensorflow as tf


def transposed_ids(ids: tf.Tensor) -> tf.Tensor:
    """Transposes ids of shape `(batch, length)`, or the other way round.

    oneDNN would say in a notice that it does not transpose integers. Ids are
    below 2^24, so float32 holds them.

    Args:
        ids: int32 matrix.
    """
    return tf.cast(tf.transpose(tf.cast(ids, tf.float32)), tf.int32)
