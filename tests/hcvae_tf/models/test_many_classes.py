"""What models with embeddings and many classes compute."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from shared import FIRST_OF_PARTS, PARTS, assert_all_close, small_config

from hcvae_tf.layers.logits_head import MANY_CLASSES
from hcvae_tf.models.build import build_model
from hcvae_tf.models.every_second import every_second
from hcvae_tf.models.losses import token_nats
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import SubwordVocabulary, Vocabulary

PIECES = {f"{number:03}": -number - 1 for number in range(400)}
MANY = SubwordVocabulary(PIECES)


def tokens_of(vocabulary, batch=6, length=9):
    rng = np.random.default_rng(0)
    return rng.integers(3, vocabulary.size, (batch, length), np.int32)


def test_nats_and_gradient_are_those_of_tensorflow():
    rng = np.random.default_rng(0)
    logits = tf.constant(30 * rng.normal(size=(3, 5, 60)), tf.float32)
    tokens = tf.constant(rng.integers(0, 60, (3, 5)), tf.int32)
    weights = tf.constant(rng.normal(size=(3, 5)), tf.float32)
    op = tf.nn.sparse_softmax_cross_entropy_with_logits

    def gradient(function):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            nats = function(tokens, logits)
            loss = tf.reduce_sum(nats * weights)
        return nats, tape.gradient(loss, logits)

    for found, expected in zip(gradient(token_nats), gradient(op), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    # Differences of the largest numbers.
    extreme = token_nats([[0, 1]], [[[3e38, 0.0], [-3e38, 3e38]]])
    assert extreme.numpy().tolist() == [[0.0, 0.0]]


@given(st.integers(1, 4), st.integers(1, 9), st.integers(0, 1))
def test_every_second_is_a_slice(batch, length, first):
    values = np.arange(1, 1 + batch * length * 2).reshape(batch, length, 2)
    found = every_second(tf.constant(values), tf.constant(first)).numpy()
    expected = values[:, first::2]
    assert found.shape[1] == (length + 1) // 2
    assert np.array_equal(found[:, : expected.shape[1]], expected)
    assert not found[:, expected.shape[1] :].any()


@pytest.mark.parametrize("parts", ["hybrid-lstm", "hybrid-bytenet"])
def test_two_steps_estimate_the_auxiliary_cost(parts):
    """Those of even and of odd steps have the cost of all as their mean."""
    assert MANY.size >= MANY_CLASSES
    model = compiled_model(small_config(**PARTS[parts]), MANY)
    tokens = tokens_of(MANY)
    tokens[1, 4:] = 0
    # Statistics of the batch as in training, and z without noise.
    z = np.random.default_rng(1).normal(size=(6, 4)).astype("float32")
    model.sampling.call = lambda *_: tf.constant(z)

    def auxiliary(step, training=True):
        return model.costs(tokens, tf.constant([0, step]), training)[
            "auxiliary"
        ].numpy()

    even, odd = auxiliary(0), auxiliary(1)
    features = model.decoder.deconvolution.features(z, training=True)
    logits = model.decoder.deconvolution.head(features)
    nats = token_nats(tokens, logits) * (tokens != 0)
    np.testing.assert_allclose((even + odd) / 2, tf.reduce_sum(nats, 1), 1e-4)
    assert not np.allclose(even, odd, rtol=1e-3)
    # Otherwise nothing is estimated.
    assert np.array_equal(auxiliary(0, False), auxiliary(2, False))
    few = compiled_model(small_config(**PARTS[parts]), Vocabulary(b"ab"))
    assert not few._halves_auxiliary


@pytest.mark.parametrize("parts", PARTS)
def test_steps_and_call_give_equal_logits(parts):
    config = small_config(embedding_size=6, **PARTS[parts])
    model = build_model(config, MANY)
    decoder = model.decoder
    tokens = tokens_of(MANY)
    z = np.random.default_rng(2).normal(size=(6, model.z_size))
    z = z.astype("float32")
    previous = model.previous_tokens(tokens)
    expected, *_ = decoder(z, previous)
    state, found = decoder.initial_state(z), []
    for position in range(tokens.shape[1]):
        logits, state = decoder.step(state, previous[:, position])
        found.append(logits)
    found = np.stack(found, axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("size", [0, 5])
def test_embeddings_have_the_width_that_is_asked_for(size):
    model = build_model(small_config(embedding_size=size), MANY)
    tables = [w for w in model.weights if w.path.endswith("table")]
    assert [w.shape for w in tables] == [(MANY.size, 5), (MANY.size + 2, 5)][
        : 2 * bool(size)
    ]
    # By default one-hot vectors are only for few classes.
    for vocabulary, expected in ((MANY, 128), (Vocabulary(), 0)):
        chosen = build_model(small_config(), vocabulary)
        assert chosen.encoder.embedding_size == expected


@pytest.mark.parametrize("parts", FIRST_OF_PARTS)
def test_a_saved_model_counts_the_same_characters(parts, tmp_path):
    config = small_config(embedding_size=6, **PARTS[parts])
    model = compiled_model(config, MANY)
    model.save(tmp_path / "model.keras")
    import keras

    again = keras.models.load_model(tmp_path / "model.keras")
    texts = MANY.encode(["012345001", "0"], 9)
    seed = tf.constant([0, 1])
    for name, cost in model.costs(texts, seed).items():
        np.testing.assert_array_equal(again.costs(texts, seed)[name], cost)
    assert again.characters(texts).numpy().tolist() == [10, 2]
    metrics = again.evaluate(texts, verbose=0, return_dict=True)
    nats = metrics["negative_elbo"] * 2
    assert metrics["bits_per_char"] == pytest.approx(
        nats / 12 / np.log(2), rel=1e-5
    )


@pytest.mark.slow
@pytest.mark.parametrize("parts", ["hybrid-lstm", "hybrid-bytenet"])
def test_a_step_compiled_by_xla_equals_a_plain_one(parts):
    results = []
    for compiled in (False, True):
        model = compiled_model(small_config(**PARTS[parts]), MANY)
        step = model.train_step
        if compiled:
            spec = tf.TensorSpec((None, 9), tf.int32)
            step = tf.function(step, input_signature=[spec], jit_compile=True)
        losses = [
            step(tf.constant(tokens_of(MANY)))["loss"].numpy() for _ in range(3)
        ]
        results.append([*losses, *(w.numpy() for w in model.weights)])
    for plain, found in zip(*results, strict=True):
        np.testing.assert_allclose(found, plain, 1e-3, 1e-3)


def test_weights_do_not_depend_on_padding_of_a_batch(monkeypatch):
    """Places after the longest text change no gradient."""
    model = compiled_model(small_config(embedding_size=6), MANY)
    tokens = tokens_of(MANY)
    tokens[:, 5:] = 0

    def gradient(tokens):
        with tf.GradientTape() as tape:
            costs = model.costs(tokens, tf.constant([0, 0]), training=True)
            loss = model.compute_loss(tokens, y_pred=costs)
        found = tape.gradient(loss, model.trainable_weights)
        return [tf.convert_to_tensor(each) for each in found]

    found = gradient(tokens)
    name = "hcvae_tf.models.text_vae.used_positions"
    monkeypatch.setattr(name, lambda tokens: tf.shape(tokens)[1])
    assert_all_close(found, gradient(tokens), rtol=1e-4, atol=1e-5)
