"""Each way against collapse does what its paper says."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import small_config

from hcvae_tf.training.compiled_model import compiled_model

OPTIONS = {
    "cyclical": {"objective": {"kl": "cyclical"}},
    "free-bits": {"objective": {"free_bits": 0.5}},
    "mean-spread": {"mean_spread": 0.6},
    "min-rate": {"objective": {"min_rate": 3.0}},
}


def train(model, tokens, steps):
    data = tf.data.Dataset.from_tensors(tokens).repeat()
    return model.fit(data, steps_per_epoch=steps, verbose=0, shuffle=False)


@pytest.mark.parametrize(
    ("parts", "option"),
    [
        *(("hybrid-lstm", option) for option in OPTIONS),
        ("lstm-vae", "mean-spread"),
    ],
)
def test_a_saved_model_goes_on_the_same(
    option, parts, make_model, random_tokens, tmp_path
):
    tokens = random_tokens(6, 9)
    model = make_model(parts, **OPTIONS[option])
    train(model, tokens, 4)
    file = tmp_path / "model.keras"
    model.save(file)
    twin = keras.models.load_model(file)
    train(model, tokens, 3)
    train(twin, tokens, 3)
    for ours, theirs in zip(model.weights, twin.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_free_bits_give_no_gradient_below_them(make_model, random_tokens):
    model = make_model(
        objective={"alpha": 0.0, "kl": "constant", "free_bits": 50.0}
    )
    free = make_model(objective={"alpha": 0.0, "kl": "none"})
    tokens = random_tokens(6, 9)
    train(model, tokens, 5)
    train(free, tokens, 5)
    for ours, theirs in zip(
        model.encoder.trainable_weights,
        free.encoder.trainable_weights,
        strict=True,
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_means_are_spread_over_the_batch(make_model, random_tokens):
    model = make_model(mean_spread=0.6)
    z_mean, _ = model.encode(random_tokens(64, 9), training=True)
    np.testing.assert_allclose(np.std(z_mean, 0), 0.6, rtol=1e-3)
    np.testing.assert_allclose(np.mean(z_mean, 0), 0.0, atol=1e-5)


def test_spread_means_bound_the_kl_from_below(make_model, random_tokens):
    model = make_model(mean_spread=0.6)
    tokens = random_tokens(64, 9)
    costs = model.costs(tokens, tf.constant([0, 0]), training=True)
    assert np.mean(costs["kl"]) >= model.z_size * 0.6**2 / 2 - 1e-4


def test_the_multiplier_holds_the_rate(vocabulary):
    def kl_after(min_rate):
        config = small_config(
            objective={"alpha": 0.0, "kl": "constant", "min_rate": min_rate},
            training={"learning_rate": 1e-2},
            encoder="lstm",
            decoder="lstm",
        )
        model = compiled_model(config, vocabulary)
        # Texts of independent characters: z is of little use.
        tokens = tf.data.Dataset.counter().map(
            lambda step: tf.random.stateless_uniform(
                (16, 9), (step, 1), 3, vocabulary.size, tf.int32
            )
        )
        history = model.fit(
            tokens, epochs=6, steps_per_epoch=200, verbose=0, shuffle=False
        ).history
        # It swings around the rate, so only the mean over time is held.
        return np.mean(history["kl"][1:])

    assert kl_after(0.0) < 0.5
    assert 1.5 < kl_after(3.0) < 4.5
