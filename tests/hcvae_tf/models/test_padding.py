"""No part of a model runs over what is padding in all texts of a batch."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import FIRST_OF_PARTS, PARTS, assert_all_close

from hcvae_tf.models.bytenet_language_model import ByteNetLanguageModel
from hcvae_tf.models.text_vae import TextVAE
from pipelines.vocabulary import END, PAD, longest_text

SEED = tf.constant([1, 2])


@pytest.fixture
def padded_tokens(random_tokens):
    """Returns a function that draws texts, the longest of a given length."""

    def make(longest, batch=4, length=16):
        tokens = random_tokens(batch, length, longest)
        for row, end in enumerate([longest - 1, 0, longest // 2, longest // 3]):
            tokens[row, end], tokens[row, end + 1 :] = END, PAD
        return tokens

    return make


@pytest.fixture
def run_over_padding(monkeypatch):
    """Returns a function that makes models run over the padding, too."""

    def whole(tokens):
        return tf.shape(tokens)[1]

    def patch():
        for name in ("text_vae.used_positions", "lstm_encoder.longest_text"):
            monkeypatch.setattr(f"hcvae_tf.models.{name}", whole)

    return patch


def test_longest_text():
    tokens = np.array([[5, END, PAD, PAD], [5, PAD, 6, PAD]], np.int32)
    assert longest_text(tokens) == 3
    assert longest_text(tokens[:1]) == 2
    assert longest_text(np.zeros((2, 4), np.int32)) == 1


@pytest.mark.parametrize(
    ("parts", "training"),
    [
        *((parts, False) for parts in PARTS),
        # In training, ByteNet's batch norm does not count the padding.
        *((parts, True) for parts in PARTS if parts != "hybrid-bytenet"),
    ],
)
def test_costs_gradients_and_statistics_equal_those_over_padding(
    parts, training, make_model, padded_tokens, run_over_padding
):
    tokens = padded_tokens(6)

    def results():
        model = make_model(parts, length=16, word_dropout=0.3)
        with tf.GradientTape() as tape:
            costs = model.costs(tokens, SEED, training=training)
            loss = tf.reduce_mean(costs["negative_elbo"] + costs["auxiliary"])
        weights = model.trainable_weights
        gradients = tape.gradient(
            loss, weights, unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        gradients = [tf.convert_to_tensor(each) for each in gradients]
        return costs, [*gradients, *model.non_trainable_weights]

    found = results()
    run_over_padding()
    for one, other in zip(found, results(), strict=True):
        assert_all_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("compiled", [False, True])
def test_bytenet_trains_on_the_first_positions(compiled, random_tokens):
    tokens = random_tokens(3, 9)
    features = np.random.default_rng(0).normal(size=(3, 9, 2)).astype("f")

    def results(positions, *inputs):
        keras.utils.set_random_seed(0)
        model = ByteNetLanguageModel(
            12, 12, layers=2, filters=4, feature_size=2
        )
        model.build((None, None))

        @tf.function(jit_compile=compiled)
        def train(positions):
            with tf.GradientTape() as tape:
                logits = model(*inputs, positions=positions, training=True)
                logits = logits[:, :5]
                loss = tf.reduce_sum(tf.sin(logits))
            gradients = tape.gradient(loss, model.trainable_weights)
            return logits, [tf.convert_to_tensor(each) for each in gradients]

        logits, gradients = train(positions)
        return [logits, *gradients, *model.non_trainable_weights]

    found = results(tf.constant(5), tokens, features)
    expected = results(None, tokens[:, :5], features[:, :5])
    assert_all_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("parts", PARTS)
def test_first_positions_equal_those_of_all(parts, make_model, random_tokens):
    model = make_model(parts, length=9)
    tokens = random_tokens(3, 9)
    some = model(tokens, seed=SEED, positions=tf.constant(4))
    for name, all_ in model(tokens, seed=SEED).items():
        expected = all_[:, :4] if "logits" in name else all_
        np.testing.assert_allclose(some[name], expected, atol=1e-5)


@pytest.mark.parametrize("parts", FIRST_OF_PARTS)
@pytest.mark.parametrize("compiled", [False, True])
def test_logits_end_with_the_longest_text_but_for_xla(
    parts, compiled, make_model, padded_tokens, monkeypatch
):
    lengths = []

    def call(self, *arguments, **options):
        outputs = original(self, *arguments, **options)
        lengths.append(tf.shape(outputs["logits"])[1])
        return outputs

    original = TextVAE.call
    monkeypatch.setattr(TextVAE, "call", call)
    model = make_model(parts, length=16)

    @tf.function(jit_compile=compiled)
    def length(tokens):
        model.costs(tokens, SEED)
        return lengths.pop()

    # Of a shape that depends on values, XLA would compile each value anew.
    assert length(padded_tokens(6)) == (16 if compiled else 6)


@pytest.mark.parametrize("parts", FIRST_OF_PARTS)
def test_one_graph_trains_on_texts_of_any_length(
    parts, make_model, padded_tokens, monkeypatch
):
    traces = []

    def train_step(self, tokens):
        # Python runs only while a graph is traced.
        traces.append(tokens.shape)
        return original(self, tokens)

    original = TextVAE.train_step
    monkeypatch.setattr(TextVAE, "train_step", train_step)
    batches = [padded_tokens(longest) for longest in (3, 16, 7, 4, 11)]
    model = make_model(parts, length=16)

    def fit(tokens):
        data = tf.data.Dataset.from_tensor_slices(tokens).batch(4)
        model.fit(data, shuffle=False, verbose=0)

    fit(np.concatenate(batches))
    # The ids of this vocabulary are those from 0 to 11.
    for wrong in (batches[0] + 100, batches[0] - 4):
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="from 0 to 11"
        ):
            fit(wrong)
    assert len(traces) == 1
