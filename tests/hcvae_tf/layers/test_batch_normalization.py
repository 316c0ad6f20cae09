"""Batch norm: what training computes is what evaluation computes."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import assert_all_close, train_on_batch

from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.layers.compat import all_layers


def batch(seed=0):
    draws = np.random.default_rng(seed).normal(3.0, 2.0, (6, 5, 4))
    return tf.constant(draws, tf.float32)


def norm(kind=BatchNormalization):
    layer = kind(momentum=0.9)
    layer.build((None, None, 4))
    layer.gamma.assign([0.5, 1.0, 2.0, -1.0])
    layer.beta.assign([0.0, 1.0, -1.0, 3.0])
    layer.moving_mean.assign([1.0, 2.0, 3.0, 4.0])
    layer.moving_variance.assign([1.0, 2.0, 3.0, 4.0])
    return layer


def gradients(layer, inputs, weights):
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(weights * layer(inputs, training=True))
    return tape.gradient(loss, [inputs, layer.gamma.value, layer.beta.value])


def test_it_is_that_of_keras_with_the_statistics_of_batches():
    ours, keras_own = norm(), norm(keras.layers.BatchNormalization)
    for training in (True, False):
        found, expected = (
            layer(batch(), training=training) for layer in (ours, keras_own)
        )
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    close = {"rtol": 1e-4, "atol": 1e-5}
    assert_all_close(
        *(gradients(layer, batch(), batch(1)) for layer in (ours, keras_own)),
        **close,
    )
    assert_all_close(ours.get_weights(), keras_own.get_weights(), **close)


def test_with_moving_statistics_it_is_a_scale_and_a_shift():
    layer, weights = norm(), batch(1).numpy()
    expected = layer(batch(), training=False)
    layer.use_batch_statistics(False)
    deviation = np.sqrt(np.arange(1.0, 5.0) + layer.epsilon)
    normalized = (batch().numpy() - np.arange(1.0, 5.0)) / deviation
    found, gamma, beta = gradients(layer, batch(), batch(1))
    np.testing.assert_allclose(
        found, weights * layer.gamma / deviation, rtol=1e-4
    )
    np.testing.assert_allclose(
        gamma, (weights * normalized).sum((0, 1)), rtol=1e-4
    )
    np.testing.assert_allclose(beta, weights.sum((0, 1)), rtol=1e-4)
    layer = norm()
    layer.use_batch_statistics(False)
    np.testing.assert_allclose(
        layer(batch(), training=True), expected, rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("on", [False, True])
def test_moving_statistics_follow_those_of_batches(on):
    layer = norm()
    layer.use_batch_statistics(on)
    layer(batch(), training=True)
    inputs = batch().numpy()
    for moving, old, new in (
        (layer.moving_mean, np.arange(1.0, 5.0), inputs.mean((0, 1))),
        (layer.moving_variance, np.arange(1.0, 5.0), inputs.var((0, 1))),
    ):
        np.testing.assert_allclose(moving, 0.9 * old + 0.1 * new, rtol=1e-4)


@pytest.mark.parametrize("parts", ["hybrid-lstm", "hybrid-bytenet", "conv"])
def test_a_traced_training_step_costs_what_evaluation_costs(
    parts, make_model, random_tokens
):
    model, tokens = make_model(parts), tf.constant(random_tokens(8, 9))
    train_on_batch(model, tokens, 3)
    seed = tf.constant([0, 1])

    @tf.function(autograph=False)
    def cost(training):
        return model.costs(tokens, seed, training=training)["negative_elbo"]

    norms = [
        layer
        for layer in all_layers(model)
        if isinstance(layer, BatchNormalization)
    ]
    assert norms
    for on in (True, False, True):
        model.use_batch_statistics(on)
        expected = cost(training=False)
        close = np.allclose(cost(training=True), expected, rtol=1e-4)
        assert close != on
