"""Every second position of a batch."""

import tensorflow as tf


def every_second(values: tf.Tensor, first: tf.Tensor) -> tf.Tensor:
    """Returns the values of positions 0, 2, ... or 1, 3, ...

    Args:
        values: tensor of shape `(batch, length, ...)`.
        first: int32 scalar, 0 or 1.

    Returns:
        Tensor of shape `(batch, (length + 1) // 2, ...)`, with a 0 in place of
        a last position that does not exist.
    """
    values = tf.convert_to_tensor(values)
    shape = tf.shape(values)
    odd = shape[1] % 2
    rest = [[0, 0]] * (values.shape.rank - 2)
    even = tf.pad(values, [[0, 0], [0, odd], *rest])
    pairs = tf.concat([shape[:1], [(shape[1] + odd) // 2, 2], shape[2:]], 0)
    return tf.gather(tf.reshape(even, pairs), first, axis=2)
