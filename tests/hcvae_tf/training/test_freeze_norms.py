"""Frozen batch norms: what training computes is what evaluation computes."""

import numpy as np
import pytest
import tensorflow as tf
from shared import train_on_batch

from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.layers.compat import all_layers

pytestmark = pytest.mark.long


def statistics(model):
    return [
        value.numpy()
        for layer in all_layers(model)
        if isinstance(layer, BatchNormalization)
        for value in (layer.moving_mean, layer.moving_variance)
    ]


@pytest.mark.parametrize("parts", ["hybrid-lstm", "hybrid-bytenet", "conv"])
def test_frozen_training_costs_what_evaluation_costs(
    parts, make_model, random_tokens
):
    model, tokens = make_model(parts), random_tokens(8, 9)
    train_on_batch(model, tokens, 3)
    seed = tf.constant([0, 1])

    def cost(training):
        costs = model.costs(tokens, seed, training=training)
        return costs["negative_elbo"].numpy()

    expected = cost(training=False)
    before = statistics(model)
    model.freeze_norms(True)
    np.testing.assert_allclose(cost(training=True), expected, rtol=1e-4)
    train_on_batch(model, tokens, 3)
    for one, other in zip(statistics(model), before, strict=True):
        assert np.array_equal(one, other)
    model.freeze_norms(False)
    assert not np.allclose(cost(training=True), cost(training=False), rtol=1e-4)
    train_on_batch(model, tokens, 1)
    assert not np.array_equal(statistics(model)[0], before[0])
