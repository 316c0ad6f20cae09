"""Log-density of Gaussians with diagonal covariance."""

import math

import tensorflow as tf


def gaussian_log_density(
    z: tf.Tensor, mean: tf.Tensor | float, log_var: tf.Tensor | float
) -> tf.Tensor:
    """Returns the logarithm of the density of each row.

    Args:
        z: float tensor of shape `(…, z_size)`.
        mean: float tensor of a shape that fits.
        log_var: float tensor of a shape that fits, natural logarithm of the
            variance.

    Returns:
        Nats, float tensor without the last dimension.
    """
    scaled = tf.square(z - mean) * tf.exp(-log_var)
    return -0.5 * tf.reduce_sum(
        scaled + log_var + math.log(2 * math.pi), axis=-1
    )
