"""Both ways of running a decoder, and what each can see."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

PARTS = ["hybrid-lstm", "hybrid-bytenet", "conv", "lstm-vae", "language-model"]


def shake(model, seed=0):
    """Gives weights and moving statistics values that show mistakes."""
    numbers = np.random.default_rng(seed)
    for weight in model.weights:
        if "seed" not in weight.path:
            low = 0.5 if "variance" in weight.path else -0.5
            weight.assign(numbers.uniform(low, 1.0, weight.shape))


@pytest.mark.parametrize("parts", PARTS)
def test_steps_equal_the_whole(parts, make_model, random_tokens):
    model = make_model(parts, length=9)
    shake(model)
    previous = model.previous_tokens(random_tokens(4, 9))
    z = tf.random.stateless_normal((4, model.z_size), (1, 2))
    logits, _ = model.decoder(z, previous)
    state = model.decoder.initial_state(z)
    for place in range(9):
        step, state = model.decoder.step(state, previous[:, place])
        np.testing.assert_allclose(step, logits[:, place], atol=1e-4)


@pytest.mark.parametrize("parts", PARTS)
def test_no_character_is_predicted_from_itself(
    parts, make_model, random_tokens
):
    model = make_model(parts, length=8)
    shake(model)
    z = tf.ones((1, model.z_size))
    tokens = random_tokens(1, 8)

    def logits(tokens):
        return model.decoder(z, model.previous_tokens(tokens))[0].numpy()

    for place in range(8):
        changed = tokens.copy()
        changed[0, place] = 3 + (tokens[0, place] - 2) % 9
        assert changed[0, place] != tokens[0, place]
        moved = np.abs(logits(changed) - logits(tokens)).max(axis=(0, 2))
        assert not moved[: place + 1].any()


@pytest.mark.parametrize("layers", [1, 2, 5])
def test_bytenet_sees_one_character_more_than_it_has_layers(
    layers, make_model, random_tokens
):
    model = make_model("hybrid-bytenet", length=12, bytenet_layers=layers)
    shake(model)
    z = tf.ones((1, 4))
    previous = random_tokens(1, 12)
    before = model.decoder(z, previous)[0].numpy()
    changed = previous.copy()
    changed[0, 3] = 3 + (previous[0, 3] - 2) % 9
    after = model.decoder(z, changed)[0].numpy()
    moved = np.flatnonzero(np.abs(after - before).max(axis=(0, 2)) > 1e-9)
    assert moved.tolist() == list(range(3, 3 + layers + 1))


@pytest.mark.parametrize("length", [2, 10, 30, 50, 75, 100, 128])
@pytest.mark.parametrize("maps", [(6,), (6, 8, 8)])
def test_any_length_works(length, maps, make_model, random_tokens):
    model = make_model("hybrid-lstm", length=length, maps=maps)
    outputs = model(random_tokens(2, length))
    shape = (2, length, model.decoder.output_vocabulary_size)
    assert outputs["logits"].shape == shape
    assert outputs["auxiliary_logits"].shape == shape


def test_z_reaches_every_place_of_the_deconvolution(make_model):
    decoder = make_model("conv", length=30, maps=(6, 8, 8)).decoder
    with tf.GradientTape() as tape:
        z = tf.ones((1, 4))
        tape.watch(z)
        logits, _ = decoder(z)
    jacobian = tape.jacobian(logits, z).numpy()
    assert (np.abs(jacobian).max(axis=(0, 2, 3, 4)) > 0).all()


@pytest.mark.parametrize("parts", PARTS)
def test_a_saved_model_is_the_same_model(
    parts, make_model, random_tokens, tmp_path
):
    model = make_model(parts, length=9, word_dropout=0.3)
    shake(model)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    tokens = tf.constant(random_tokens(3, 9))
    seed = tf.constant([1, 2])
    for name, value in model(tokens, seed=seed).items():
        if value is not None:
            again = loaded(tokens, seed=seed)[name]
            np.testing.assert_allclose(again, value, atol=1e-6)
    assert json.dumps(loaded.get_config()) == json.dumps(model.get_config())
