"""The lookup, compared with a product with one-hot vectors."""

import numpy as np
import pytest
import tensorflow as tf

from hcvae_tf.layers.lookup import lookup


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_values_and_gradient_equal_a_product(dtype):
    rng = np.random.default_rng(0)
    # Small integers, which bfloat16 holds exactly.
    matrix = tf.constant(rng.integers(-8, 8, (5, 3)), tf.float32)
    rows = tf.constant(rng.integers(0, 5, (400, 2)), tf.int32)
    weights = tf.constant(rng.integers(-8, 8, (400, 2, 3)), tf.float32)

    def gradient(function):
        with tf.GradientTape() as tape:
            tape.watch(matrix)
            values = function()
            assert values.dtype == dtype
            loss = tf.reduce_sum(tf.cast(values, tf.float32) * weights)
        return values, tape.gradient(loss, matrix)

    found, d_found = gradient(lambda: lookup(matrix, rows, dtype))
    expected = tf.matmul(tf.one_hot(rows, 5), matrix)
    np.testing.assert_array_equal(tf.cast(found, tf.float32), expected)
    # Sums of 160 numbers are exact in float32 alone.
    flat = tf.reshape(tf.one_hot(rows, 5), (-1, 5))
    d_expected = tf.matmul(flat, tf.reshape(weights, (-1, 3)), transpose_a=True)
    np.testing.assert_array_equal(d_found, d_expected)
