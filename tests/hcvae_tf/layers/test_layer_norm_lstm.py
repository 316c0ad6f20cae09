"""The fast scan against a cell written in the plainest way."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM

UNITS, TOKENS, FEATURES, BATCH, LENGTH = 5, 7, 3, 4, 6


class ReferenceCell(keras.Layer):
    """One step on the one-hot character joined with the features."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.state_size = [UNITS, UNITS]

    def call(self, inputs, states):
        h, c = states
        layer = self.layer
        a = inputs @ layer.kernel + h @ layer.recurrent_kernel
        mean, variance = tf.nn.moments(a, axes=[1], keepdims=True)
        a = (a - mean) / tf.sqrt(variance + layer.epsilon)
        i, f, o, g = tf.split(a * layer.gain + layer.bias, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return h, [h, c]


@pytest.fixture
def layer():
    layer = LayerNormLSTM(UNITS, TOKENS, FEATURES)
    layer.build((None, None))
    numbers = np.random.default_rng(0)
    for weight in layer.weights:
        weight.assign(numbers.normal(size=weight.shape))
    return layer


@pytest.fixture
def inputs():
    numbers = np.random.default_rng(1)
    return (
        tf.constant(numbers.integers(0, TOKENS, (BATCH, LENGTH)), tf.int32),
        tf.Variable(
            numbers.normal(size=(BATCH, LENGTH, FEATURES)), dtype=tf.float32
        ),
        [
            tf.Variable(numbers.normal(size=(BATCH, UNITS)), dtype=tf.float32)
            for _ in range(2)
        ],
    )


def reference(layer, tokens, features, state):
    joined = tf.concat([tf.one_hot(tokens, TOKENS), features], axis=-1)
    rnn = keras.layers.RNN(
        ReferenceCell(layer), return_sequences=True, return_state=True
    )
    outputs, h, c = rnn(joined, initial_state=[*state])
    return outputs, (h, c)


def test_values_and_all_gradients_equal_the_reference(layer, inputs):
    tokens, features, state = inputs
    results = []
    for function in (
        lambda: layer(tokens, features, tuple(state)),
        lambda: reference(layer, tokens, features, state),
    ):
        with tf.GradientTape() as tape:
            outputs, (h, c) = function()
            # Outputs and both last states carry gradients of their own.
            weights = tf.range(tf.size(outputs), dtype=tf.float32)
            total = tf.reduce_sum(tf.reshape(outputs, [-1]) * tf.sin(weights))
            total += tf.reduce_sum(h * h) + tf.reduce_sum(tf.exp(c))
        sources = [weight.value for weight in layer.weights]
        gradients = tape.gradient(total, [*sources, features, *state])
        results.append([outputs, h, c, *gradients])
    for fast, plain in zip(*results, strict=True):
        np.testing.assert_allclose(
            tf.convert_to_tensor(fast),
            tf.convert_to_tensor(plain),
            rtol=1e-4,
            atol=1e-4,
        )


def test_steps_equal_the_scan(layer, inputs):
    tokens, features, state = inputs
    outputs, last = layer(tokens, features, tuple(state))
    for place in range(LENGTH):
        output, state = layer.step(tokens[:, place], state, features[:, place])
        np.testing.assert_allclose(output, outputs[:, place], atol=1e-5)
    for one, other in zip(state, last, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_features_that_do_not_fit_are_refused(layer, inputs):
    with pytest.raises(ValueError, match="features are missing"):
        layer(inputs[0])
