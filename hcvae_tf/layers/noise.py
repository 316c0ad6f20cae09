"""Random numbers that are the same on all devices, compiled by XLA or not.

TensorFlow's stateless generators agree on the random bits once the algorithm is
named, but XLA makes other floating-point numbers of them. Here the bits are
drawn as integers, and the floating-point numbers are made by plain arithmetic.
"""

import tensorflow as tf


def uniform(shape: tf.Tensor | tuple, seed: tf.Tensor) -> tf.Tensor:
    """Draws from the 2²⁴ equally spaced numbers in [0, 1).

    Args:
        shape: shape of the result.
        seed: int32 or int64 tensor of shape `(2,)`.

    Returns:
        float32 tensor.
    """
    return _integers(shape, seed, 24) * 2**-24


def normal(shape: tf.Tensor | tuple, seed: tf.Tensor) -> tf.Tensor:
    """Draws from N(0, 1), by the inverse of its distribution function.

    Args:
        shape: shape of the result.
        seed: int32 or int64 tensor of shape `(2,)`.

    Returns:
        float32 tensor of values between -5.3 and 5.3.
    """
    # Half a step up, because 0 and 1 belong to infinite values.
    return tf.math.ndtri((_integers(shape, seed, 23) + 0.5) * 2**-23)


def _integers(shape, seed, bits):
    """Draws integers of this many bits, as float32, which holds 24 exactly."""
    drawn = tf.random.stateless_uniform(
        shape, seed, minval=None, maxval=None, dtype=tf.uint32, alg="philox"
    )
    unused = tf.constant(32 - bits, tf.uint32)
    return tf.cast(tf.bitwise.right_shift(drawn, unused), tf.float32)
