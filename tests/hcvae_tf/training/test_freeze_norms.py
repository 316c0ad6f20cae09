"""Frozen batch norms: what training computes is what evaluation computes."""

import signal

import numpy as np
import pytest
import tensorflow as tf
from shared import (
    TINY,
    assert_all_equal,
    begin,
    call,
    stop,
    succeeds,
    train,
    train_on_batch,
    wait_for_checkpoint,
    weights,
)

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


def test_resuming_in_the_frozen_part_changes_nothing(tmp_path, data_dir, capfd):
    flags = ["--epochs", 4, "--steps-per-epoch", 60, "--freeze-norms", 0.25]
    whole = train(tmp_path / "whole", data_dir, *flags)
    folder = tmp_path / "run"
    folders = ["--data-dir", data_dir, "--run-dir", folder]
    process = begin("hcvae_tf.fit", *TINY, *folders, *flags)
    wait_for_checkpoint(folder, process)
    stop(process, signal.SIGTERM)
    succeeds(call(capfd, "hcvae_tf.fit", "--resume", folder))
    assert_all_equal(weights(folder), weights(whole))
