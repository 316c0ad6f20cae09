"""The bag of tokens: its cost, and what it makes z say."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import small_config
from sklearn.linear_model import LogisticRegression

from hcvae_tf.models.bag_of_tokens import BagOfTokens
from hcvae_tf.models.build import build_model
from hcvae_tf.storage.model_file import copy_weights
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import END, PAD, SubwordVocabulary, Vocabulary

TOPICS, WORDS = 8, 8
PIECES = {f"{number:03}": -30_000 for number in range(400)}
VOCABULARY = SubwordVocabulary(PIECES)
FIRST = VOCABULARY.size - len(PIECES)


def texts(seed, count, length=12):
    """Texts of which three words at any places speak of one topic."""
    rng = np.random.default_rng(seed)
    topics = rng.integers(0, TOPICS, count)
    # The words that all topics have come after those of the topics.
    common = FIRST + TOPICS * WORDS
    tokens = rng.integers(common, VOCABULARY.size, (count, length), np.int32)
    for row, topic in zip(tokens, topics, strict=True):
        places = rng.permutation(length - 3)[:3]
        row[places] = FIRST + WORDS * topic + rng.integers(0, WORDS, 3)
        size = rng.integers(length - 3, length)
        row[size], row[size + 1 :] = END, PAD
    return tokens, topics


def test_its_cost_is_a_weighted_cross_entropy():
    rng = np.random.default_rng(0)
    weights = np.array([0.0, 0.0, 0.0, 1.0, 0.25, 0.5])
    layer = BagOfTokens(weights, units=3)
    z = rng.normal(size=(2, 4)).astype("float32")
    tokens = np.array([[3, 4, 2, 0], [5, 5, 3, 2]])
    found = layer(z, tokens)
    kernel, bias, out, last = layer.get_weights()
    logits = np.maximum(z @ kernel + bias, 0) @ out + last
    nats = np.log(np.exp(logits).sum(1, keepdims=True)) - logits
    expected = [
        sum(weights[token] * nats[row, token] for token in tokens[row])
        for row in range(2)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_frequent_pieces_and_bytes_weigh_little():
    nats = {"often": 2, "seldom": 9, "x": 1}
    pieces = {piece: -4096 * value for piece, value in nats.items()}
    vocabulary = SubwordVocabulary(pieces)
    weights = vocabulary.token_weights
    assert len(weights) == vocabulary.size
    often, seldom = weights[-2:]
    assert often == pytest.approx(1e-3 / (1e-3 + np.exp(-2)), rel=1e-6)
    assert seldom == pytest.approx(1e-3 / (1e-3 + np.exp(-9)), rel=1e-6)
    assert not any(weights[:-2])


def test_characters_have_no_bag():
    for vocabulary in (Vocabulary(), VOCABULARY):
        model = build_model(small_config(objective={"bag": 1.0}), vocabulary)
        assert (model.bag is None) == (vocabulary is not VOCABULARY)
        tokens = tf.fill((2, 9), vocabulary.size - 1)
        assert ("bag" in model.costs(tokens, [0, 0])) == bool(model.bag)


def test_a_training_from_another_begins_with_its_bag():
    def built(**settings):
        config = small_config(objective={"bag": 1.0}, **settings)
        return build_model(config, VOCABULARY)

    source, target = built(), built(training={"seed": 1})
    kernel = source.bag.head.kernel.numpy()
    assert np.abs(target.bag.head.kernel.numpy() - kernel).max() > 0.01
    copy_weights(source, target)
    np.testing.assert_array_equal(target.bag.head.kernel, kernel)
    # A bag is no condition.
    copy_weights(source, build_model(small_config(), VOCABULARY))


def test_z_says_what_a_text_is_about(tmp_path):
    config = small_config(
        objective={"kl": "constant", "min_rate": 6.0, "bag": 3.0},
        training={"learning_rate": 1e-2},
        z_size=8,
    ).replace("data", length=12)
    model = compiled_model(config, VOCABULARY)
    tokens, _ = texts(0, 32 * 250)
    data = tf.data.Dataset.from_tensor_slices(tokens).batch(32)
    model.fit(data, verbose=0, shuffle=False)
    file = tmp_path / "model.keras"
    model.save(file)
    loaded = keras.saving.load_model(file)
    tokens, topics = texts(1, 1_000)
    z, _ = loaded.encode(tokens)
    np.testing.assert_allclose(z, model.encode(tokens)[0], rtol=1e-5)
    known, new = slice(0, 500), slice(500, None)
    probe = LogisticRegression(max_iter=1_000).fit(z[known], topics[known])
    # Guessing has an accuracy of 1/8; without the bag it is 0.27.
    assert probe.score(z[new], topics[new]) > 0.9
