"""The block's mask, and its computation step by step."""

import numpy as np
import tensorflow as tf
from shared import changed_positions

from hcvae_tf.layers.masked_convolution import MaskedConvolutionBlock

MAPS = np.random.default_rng(0).normal(size=(2, 8, 4)).astype("float32")


def test_a_position_depends_on_itself_and_the_one_before():
    block = MaskedConvolutionBlock(4)
    before = block(MAPS).numpy()
    changed = MAPS.copy()
    changed[:, 3] += 1
    after = block(changed).numpy()
    assert changed_positions(before, after, 1e-7) == [3, 4]


def test_the_block_is_a_convolution_of_size_3_without_the_future():
    block = MaskedConvolutionBlock(4)
    block.build(MAPS.shape)
    for weight in block.weights:
        weight.assign(np.random.default_rng(1).random(weight.shape))
    kernel = np.zeros((3, 4, 12), "float32")
    kernel[:2] = block.convolution.kernel.numpy()
    full = tf.nn.conv1d(MAPS, kernel, 1, "SAME").numpy()
    norm = block.norm
    deviation = np.sqrt(norm.moving_variance + norm.epsilon)
    gates = (full - norm.moving_mean) / deviation
    i, f, g = np.split(gates * norm.gamma + norm.beta, 3, axis=-1)
    expected = np.tanh(g) / (1 + np.exp(-i)) + MAPS / (1 + np.exp(-f))
    np.testing.assert_allclose(block(MAPS), expected, atol=1e-5)


def test_steps_equal_the_complete_convolution():
    block = MaskedConvolutionBlock(4)
    complete = block(MAPS)
    previous = np.zeros((2, 4), "float32")
    for position in range(8):
        step = block.step(MAPS[:, position], previous)
        np.testing.assert_allclose(step, complete[:, position], atol=1e-5)
        previous = MAPS[:, position]
