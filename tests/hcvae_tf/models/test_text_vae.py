"""Costs, evaluation and training of a model."""

import numpy as np
import pytest
import tensorflow as tf
from shared import FIRST_OF_PARTS, assert_all_close, train_on_batch

from pipelines.vocabulary import END, PAD


def evaluate(model, data):
    return model.evaluate(data, verbose=0, return_dict=True)


def test_padding_costs_nothing(make_model, random_tokens):
    model = make_model(length=9)
    tokens = random_tokens(2, 9)
    tokens[0, 4], tokens[0, 5:] = END, PAD
    costs = model.costs(tokens, tf.constant([0, 0]))
    logits = model(tokens, seed=tf.constant([0, 0]))["logits"].numpy()
    log_probabilities = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    expected = -sum(
        log_probabilities[0, position, tokens[0, position]]
        for position in range(5)
    )
    assert costs["characters"].numpy().tolist() == [5, 9]
    np.testing.assert_allclose(costs["reconstruction"][0], expected, rtol=1e-5)


def test_padding_does_not_change_the_lstm_encoder(make_model, random_tokens):
    model = make_model("lstm-vae", length=9)
    tokens = random_tokens(1, 9)
    tokens[0, 4], tokens[0, 5:] = END, PAD
    padded = model.encode(tokens)[0]
    short = model.encode(tokens[:, :5])[0]
    np.testing.assert_allclose(padded, short, atol=1e-6)


def test_evaluation_is_repeatable_and_without_word_dropout(
    make_model, random_tokens
):
    model = make_model(length=9, word_dropout=0.9)
    data = tf.data.Dataset.from_tensor_slices(random_tokens(10, 9)).batch(4)
    first = evaluate(model, data)
    assert evaluate(model, data) == first
    without_dropout = make_model(length=9, word_dropout=0.0)
    without_dropout.set_weights(model.get_weights())
    assert evaluate(without_dropout, data) == first


def test_the_logits_of_a_text_do_not_depend_on_its_batch(
    make_model, random_tokens
):
    model = make_model(length=9)
    tokens = random_tokens(6, 9)
    together = model(tokens)["logits"][:2]
    alone = model(tokens[:2])["logits"]
    np.testing.assert_allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("parts", FIRST_OF_PARTS)
def test_each_model_learns_four_texts_by_heart(parts, make_model, vocabulary):
    texts = ["abc abc", "hhh", "a b c d", "gfedcba"]
    tokens = vocabulary.encode(texts, 9)
    model = make_model(
        parts,
        length=9,
        objective={"kl": "none", "alpha": 1.0},
        training={"learning_rate": 5e-3},
        decoder_units=32,
        encoder_units=32,
        bytenet_width=32,
        z_size=8,
    )
    train_on_batch(model, tokens, 400)
    costs = model.costs(tokens, tf.constant([0, 0]))
    # A language model cannot know which of the four texts it is.
    unknown = np.log(4) if parts == "language-model" else 0.0
    assert float(tf.reduce_mean(costs["reconstruction"])) < unknown + 0.5
    if parts.startswith("hybrid"):
        assert float(tf.reduce_mean(costs["auxiliary"])) < 1.0


def test_alpha_and_the_kl_weight_reach_the_gradients(make_model, random_tokens):
    """Compares the training step with updates written by hand."""
    tokens = tf.constant(random_tokens(4, 9))
    objective = {"alpha": 0.7, "kl_start": 0, "kl_end": 4}
    model, by_hand = (
        make_model(length=9, objective=objective) for _ in range(2)
    )
    for step in range(3):
        with tf.GradientTape() as tape:
            costs = by_hand.costs(tokens, tf.constant([0, step]), training=True)
            loss = tf.reduce_mean(
                costs["reconstruction"]
                + min(1.0, 0.001 + step / 4) * costs["kl"]
                + 0.7 * costs["auxiliary"]
            )
        weights = by_hand.trainable_weights
        by_hand.optimizer.apply(tape.gradient(loss, weights), weights)
    train_on_batch(model, tokens, 3)
    for part in ("encoder", "decoder"):
        found, expected = getattr(model, part), getattr(by_hand, part)
        assert_all_close(found.weights, expected.weights, atol=2e-5)


def test_bits_per_character_weigh_texts_by_their_length(
    make_model, random_tokens
):
    model = make_model(length=9)
    tokens = random_tokens(4, 9)
    tokens[0, 2], tokens[0, 3:] = END, PAD
    logs = evaluate(model, tf.data.Dataset.from_tensors(tokens))
    bits = logs["negative_elbo"] * 4 / np.log(2) / (3 + 3 * 9)
    assert logs["bits_per_char"] == pytest.approx(bits, rel=1e-5)
