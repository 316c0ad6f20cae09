"""What the parts of a model share: features, and the vectors of tokens."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS, small_config

from hcvae_tf.models.build import build_model
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.model_file import copy_weights, in_float32
from pipelines.errors import UserError
from pipelines.vocabulary import SubwordVocabulary, Vocabulary

VOCABULARY = SubwordVocabulary({f"{n:03}": -n - 1 for n in range(300)})
SEED = tf.constant([0, 1])
HYBRIDS = ("hybrid-lstm", "hybrid-bytenet")


def tokens_of(vocabulary=VOCABULARY):
    rng = np.random.default_rng(0)
    return tf.constant(rng.integers(3, vocabulary.size, (6, 9), np.int32))


def model_of(parts, vocabulary=VOCABULARY, vectors=6, **model):
    settings = {"embedding_size": vectors, **PARTS[parts], **model}
    return build_model(small_config(**settings), vocabulary)


@pytest.mark.parametrize("vectors", [0, 6])
@pytest.mark.parametrize("parts", HYBRIDS)
def test_features_add_a_linear_function_to_what_the_head_sees(parts, vectors):
    plain, skip = (
        model_of(parts, vectors=vectors, feature_skip=on).decoder
        for on in (False, True)
    )
    rng = np.random.default_rng(1)
    size = skip.language_model.feature_size
    weights = []
    for old, new in zip(plain.weights, skip.weights, strict=True):
        value = old.numpy()
        if old.shape != new.shape:
            rows = rng.normal(size=(size, new.shape[1])).astype("float32")
            value = np.concatenate([value, rows])
        weights.append(value)
    skip.set_weights(weights)
    tokens = tokens_of()
    z = tf.constant(rng.normal(size=(6, 4)), tf.float32)
    features = skip.deconvolution.features(z)
    added = tf.cast(features, tf.float32) @ rows
    if vectors:
        table = skip.language_model.embedding.table[: VOCABULARY.size]
        added @= tf.transpose(table)
    expected = plain(z, tokens)[0] + added
    np.testing.assert_allclose(skip(z, tokens)[0], expected, 1e-3, 1e-4)
    state, found = skip.initial_state(z), []
    for position in range(9):
        logits, state = skip.step(state, tokens[:, position])
        found.append(logits)
    np.testing.assert_allclose(np.stack(found, 1), expected, 1e-3, 1e-4)


@pytest.mark.parametrize("parts", [*HYBRIDS, "lstm-vae"])
def test_the_gradient_of_shared_vectors_is_the_sum_of_both(parts):
    own, shared = (model_of(parts, shared_embedding=on) for on in (False, True))
    shared.decoder.set_weights(own.decoder.get_weights())
    for old, new in zip(_others(own), _others(shared), strict=True):
        new.assign(old)
    vectors = own.decoder.language_model.embedding.table
    tables = own.encoder.embedding.table, vectors
    tables[0].assign(vectors[: VOCABULARY.size])
    tokens = tokens_of()

    def gradients(model, weights):
        with tf.GradientTape() as tape:
            costs = model.costs(tokens, SEED)
            total = tf.reduce_sum(costs["negative_elbo"])
        return total, tape.gradient(total, weights)

    expected, parts_of_sum = gradients(own, [each.value for each in tables])
    table = shared.encoder.embedding.table
    found, (gradient,) = gradients(shared, [table.value])
    np.testing.assert_allclose(found, expected, 1e-5)
    first, second = map(tf.convert_to_tensor, parts_of_sum)
    first = tf.pad(first, [[0, len(second) - len(first)], [0, 0]])
    np.testing.assert_allclose(
        tf.convert_to_tensor(gradient), first + second, 1e-3, 1e-4
    )


def _others(model):
    """The weights of the encoder but its vectors."""
    return [w for w in model.encoder.weights if not w.path.endswith("table")]


@pytest.mark.parametrize("parts", [*HYBRIDS, "lstm-vae"])
def test_vectors_are_still_shared_after_loading(parts, tmp_path):
    own, shared = (
        model_of(parts, shared_embedding=on, feature_skip=True)
        for on in (False, True)
    )
    size = VOCABULARY.size * 6
    assert own.count_params() - shared.count_params() == size
    shared.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    expected = shared.costs(tokens_of(), SEED)["negative_elbo"]
    for model in (loaded, in_float32(loaded)):
        vectors = model.decoder.language_model.embedding
        assert model.encoder.embedding is vectors
        assert model.count_params() == shared.count_params()
        found = model.costs(tokens_of(), SEED)["negative_elbo"]
        np.testing.assert_array_equal(found, expected)
    # Weights of one model fit another of the same settings.
    other = model_of(parts, shared_embedding=True, feature_skip=True)
    other.decoder.language_model.embedding.table.assign_add(
        tf.ones((VOCABULARY.size + 2, 6))
    )
    copy_weights(shared, other)
    found = other.costs(tokens_of(), SEED)["negative_elbo"]
    np.testing.assert_array_equal(found, expected)


def test_what_has_no_vectors_shares_none():
    for parts, vocabulary, vectors in (
        ("hybrid-lstm", Vocabulary(b"abc"), None),
        ("hybrid-lstm", VOCABULARY, 0),
        ("conv", VOCABULARY, 6),
        ("language-model", VOCABULARY, 6),
    ):
        own, shared = (
            model_of(parts, vocabulary, vectors, shared_embedding=on)
            for on in (False, True)
        )
        assert shared.count_params() == own.count_params()


def test_parts_that_cannot_share_are_refused():
    def refused(encoder, decoder, word):
        with pytest.raises(UserError, match=word):
            TextVAE(encoder, decoder, shared_embedding=True)

    def parts(name="hybrid-lstm", vectors=6):
        model = model_of(name, vectors=vectors)
        model = TextVAE.from_config(model.get_config())
        return model.encoder, model.decoder

    encoder, decoder = parts()
    refused(encoder, parts("conv")[1], "embedding_size")
    refused(encoder, parts(vectors=0)[1], "embedding_size")
    refused(encoder, parts(vectors=5)[1], "that of the encoder, 6")
    refused(parts(vectors=0)[0], parts(vectors=0)[1], "not 0")
    refused(None, decoder, "needs an encoder")
    refused(model_of("hybrid-lstm").encoder, decoder, "not built")


def test_models_of_older_settings_share_nothing():
    model = model_of("hybrid-lstm")
    config = model.get_config()
    del config["shared_embedding"]
    del config["decoder"]["config"]["language_model"]["config"]["feature_skip"]
    older = TextVAE.from_config(config)
    older.build((None, 9))
    assert older.count_params() == model.count_params()
