"""Rows of a matrix, in place of its product with one-hot vectors."""

import tensorflow as tf


def lookup(matrix, rows, dtype):
    """Returns rows of a matrix in another type.

    Args:
        matrix: float32 tensor of shape `(number of rows, size)`.
        rows: int32 tensor of any shape.
        dtype: float type of the result. The gradient, a sum over all places
            that use a row, is computed in float32.

    Returns:
        Tensor of shape `(*rows.shape, size)`.
    """

    @tf.custom_gradient
    def run(matrix):
        def gradient(d_values):
            d_values = tf.cast(d_values, tf.float32)
            return tf.math.unsorted_segment_sum(
                d_values, rows, tf.shape(matrix)[0]
            )

        return tf.gather(tf.cast(matrix, dtype), rows), gradient

    return run(tf.convert_to_tensor(matrix))
