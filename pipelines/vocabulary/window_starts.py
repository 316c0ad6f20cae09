"""First positions of windows."""

import tensorflow as tf


def window_starts(
    uniform: tf.Tensor, sizes: tf.Tensor, length: int
) -> tf.Tensor:
    """Returns positions of windows, uniform over all that fit.

    Args:
        uniform: float64 tensor of shape `(batch,)`, in [0, 1).
        sizes: integer tensor of the same shape, the size of each text.
        length: size of a window.

    Returns:
        int64 tensor of shape `(batch,)`; 0 for a text that is not longer than
        the window.
    """
    choices = tf.maximum(tf.cast(sizes, tf.int64) - length, 0) + 1
    return tf.cast(uniform * tf.cast(choices, tf.float64), tf.int64)
