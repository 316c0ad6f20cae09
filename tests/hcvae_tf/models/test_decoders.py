"""Decoders: both ways to run them, what they see, and saving."""

import json

import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS, changed_positions, save_and_load


def randomized(model):
    """Sets weights and moving statistics to values that reveal mistakes."""
    rng = np.random.default_rng(0)
    for weight in model.weights:
        if "seed" not in weight.path:
            low = 0.5 if "variance" in weight.path else -0.5
            weight.assign(rng.uniform(low, 1.0, weight.shape))
    return model


def with_another_token(tokens, position):
    changed = tokens.copy()
    changed[0, position] = 3 + (tokens[0, position] - 2) % 9
    assert changed[0, position] != tokens[0, position]
    return changed


@pytest.mark.parametrize("parts", PARTS)
def test_steps_equal_the_complete_decoder(parts, make_model, random_tokens):
    model = randomized(make_model(parts, length=9))
    previous = model.previous_tokens(random_tokens(4, 9))
    z = tf.random.stateless_normal((4, model.z_size), (1, 2))
    logits, *_ = model.decoder(z, previous)
    state = model.decoder.initial_state(z)
    for position in range(9):
        step, state = model.decoder.step(state, previous[:, position])
        np.testing.assert_allclose(step, logits[:, position], atol=1e-4)


@pytest.mark.parametrize("parts", PARTS)
def test_no_token_is_predicted_from_itself_or_later_ones(
    parts, make_model, random_tokens
):
    model = randomized(make_model(parts, length=8))
    z = tf.ones((1, model.z_size))
    tokens = random_tokens(1, 8)

    def logits(tokens):
        return model.decoder(z, model.previous_tokens(tokens))[0].numpy()

    before = logits(tokens)
    for position in range(8):
        after = logits(with_another_token(tokens, position))
        changed = changed_positions(before, after)
        assert all(each > position for each in changed)
        # Only a deconvolution alone sees no token.
        assert bool(changed) == (parts != "conv" and position < 7)


@pytest.mark.parametrize("layers", [1, 2, 5])
def test_bytenet_sees_one_token_more_than_it_has_layers(
    layers, make_model, random_tokens
):
    settings = {"length": 12, "bytenet_layers": layers}
    model = randomized(make_model("hybrid-bytenet", **settings))
    z = tf.ones((1, 4))
    previous = random_tokens(1, 12)
    before = model.decoder(z, previous)[0].numpy()
    after = model.decoder(z, with_another_token(previous, 3))[0].numpy()
    expected = list(range(3, 3 + layers + 1))
    assert changed_positions(before, after, 1e-9) == expected


@pytest.mark.parametrize("length", [2, 10, 30, 50, 75, 100, 128])
@pytest.mark.parametrize("maps", [(6,), (6, 8, 8)])
def test_decoders_work_for_any_length(length, maps, make_model, random_tokens):
    model = make_model("hybrid-lstm", length=length, maps=maps)
    outputs = model(random_tokens(2, length))
    shape = (2, length, model.decoder.output_vocabulary_size)
    assert outputs["logits"].shape == shape
    assert outputs["auxiliary_logits"].shape == shape


def test_z_reaches_every_position_of_the_deconvolution(make_model):
    decoder = make_model("conv", length=30, maps=(6, 8, 8)).decoder
    with tf.GradientTape() as tape:
        z = tf.ones((1, 4))
        tape.watch(z)
        logits, *_ = decoder(z)
    jacobian = tape.jacobian(logits, z).numpy()
    assert (np.abs(jacobian).max(axis=(0, 2, 3, 4)) > 0).all()


@pytest.mark.parametrize("parts", PARTS)
def test_a_loaded_model_equals_the_saved_one(
    parts, make_model, random_tokens, tmp_path
):
    model = randomized(make_model(parts, length=9, word_dropout=0.3))
    loaded = save_and_load(model, tmp_path)
    tokens = tf.constant(random_tokens(3, 9))
    seed = tf.constant([1, 2])
    for name, value in model(tokens, seed=seed).items():
        if value is not None:
            again = loaded(tokens, seed=seed)[name]
            np.testing.assert_allclose(again, value, atol=1e-6)
    assert json.dumps(loaded.get_config()) == json.dumps(model.get_config())
