"""Each option against posterior collapse does what its paper says."""

import numpy as np
import pytest
import tensorflow as tf
from shared import (
    assert_all_close,
    save_and_load,
    small_config,
    train_on_batch,
)

from hcvae_tf.training.compiled_model import compiled_model

pytestmark = pytest.mark.long

OPTIONS = {
    "cyclical": {"objective": {"kl": "cyclical"}},
    "free-bits": {"objective": {"free_bits": 0.5}},
    "mean-spread": {"mean_spread": 0.6},
    "min-rate": {"objective": {"min_rate": 3.0}},
}


@pytest.mark.parametrize(
    ("parts", "option"),
    [
        # Fast only with the option of the presets.
        *(
            ("hybrid-lstm", option)
            if option == "min-rate"
            else pytest.param("hybrid-lstm", option, marks=pytest.mark.slow)
            for option in OPTIONS
        ),
        pytest.param("lstm-vae", "mean-spread", marks=pytest.mark.slow),
    ],
)
def test_a_loaded_model_trains_like_the_original(
    option, parts, make_model, random_tokens, tmp_path
):
    tokens = random_tokens(6, 9)
    model = make_model(parts, **OPTIONS[option])
    train_on_batch(model, tokens, 4)
    loaded = save_and_load(model, tmp_path)
    train_on_batch(model, tokens, 3)
    train_on_batch(loaded, tokens, 3)
    assert_all_close(model.weights, loaded.weights, atol=1e-6)


def test_a_kl_below_the_free_bits_has_no_gradient(make_model, random_tokens):
    bounded = {"alpha": 0.0, "kl": "constant", "free_bits": 50.0}
    model = make_model(objective=bounded)
    free = make_model(objective={"alpha": 0.0, "kl": "none"})
    tokens = random_tokens(6, 9)
    train_on_batch(model, tokens, 5)
    train_on_batch(free, tokens, 5)
    found, expected = model.encoder, free.encoder
    assert_all_close(
        found.trainable_weights, expected.trainable_weights, atol=1e-6
    )


def test_mean_spread_is_the_deviation_of_z_mean(make_model, random_tokens):
    model = make_model(mean_spread=0.6)
    z_mean, _ = model.encode(random_tokens(64, 9), training=True)
    np.testing.assert_allclose(np.std(z_mean, 0), 0.6, rtol=1e-3)
    np.testing.assert_allclose(np.mean(z_mean, 0), 0.0, atol=1e-5)


def test_mean_spread_bounds_the_kl_from_below(make_model, random_tokens):
    model = make_model(mean_spread=0.6)
    tokens = random_tokens(64, 9)
    costs = model.costs(tokens, tf.constant([0, 0]), training=True)
    assert np.mean(costs["kl"]) >= model.z_size * 0.6**2 / 2 - 1e-4


@pytest.mark.slow
def test_the_multiplier_keeps_the_kl_near_its_minimum(vocabulary):
    def kl_after(min_rate):
        config = small_config(
            objective={"alpha": 0.0, "kl": "constant", "min_rate": min_rate},
            training={"learning_rate": 1e-2},
            encoder="lstm",
            decoder="lstm",
        )
        model = compiled_model(config, vocabulary)
        # The characters are independent, so z is hardly used.
        tokens = tf.data.Dataset.counter().map(
            lambda step: tf.random.stateless_uniform(
                (16, 9), (step, 1), 3, vocabulary.size, tf.int32
            )
        )
        history = model.fit(
            tokens, epochs=3, steps_per_epoch=200, verbose=0, shuffle=False
        ).history
        # The KL oscillates around the rate, so its mean is checked.
        return np.mean(history["kl"][1:])

    assert kl_after(0.0) < 0.5
    assert 1.5 < kl_after(3.0) < 4.5


def test_a_minimum_out_of_reach_does_not_weigh_ever_more(vocabulary):
    config = small_config(objective={"kl": "constant", "min_rate": 1e4})
    model = compiled_model(config, vocabulary)
    train_on_batch(model, tf.ones((4, 9), tf.int32), 5)
    # The KL weight is 1, so a nat of KL lowers the loss by no more than one.
    assert float(model.multiplier) == 2.0
