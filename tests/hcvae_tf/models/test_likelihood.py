"""The costs of texts are those of a probability distribution."""

import itertools
import math

import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS, grammar_config, randomize, small_config

from hcvae_tf.metrics.costs import mean_costs
from hcvae_tf.metrics.importance_weighting import mean_importance_weighted_nll
from hcvae_tf.models.losses import cross_entropy
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.load import load
from pipelines.tweets import grammar
from pipelines.vocabulary import END, PAD, UNK, Vocabulary


@pytest.mark.parametrize("parts", PARTS)
def test_the_probabilities_of_all_texts_sum_to_one(parts):
    vocabulary = Vocabulary(b"ab")
    model = compiled_model(small_config(length=3, **PARTS[parts]), vocabulary)
    rng = randomize(model.trainable_weights)
    decoder = model.decoder
    head = getattr(decoder, "language_model", decoder).head
    # Padding is not part of a text, so it must not have any probability.
    head.bias.assign(np.where(np.arange(vocabulary.size) == PAD, -1e9, 0.0))
    inner = [UNK, *vocabulary.lookup("ab").numpy()]
    texts = [
        [*start, END, *[PAD] * (2 - size)]
        for size in range(3)
        for start in itertools.product(inner, repeat=size)
    ] + list(itertools.product(inner, repeat=3))
    assert len(texts) == 1 + 3 + 9 + 27
    tokens = np.array(texts, "int32")
    z = np.tile(rng.normal(size=(1, model.z_size)), (len(tokens), 1))
    logits, *_ = decoder(z.astype("float32"), model.previous_tokens(tokens))
    mask = (tokens != PAD).astype("float32")
    costs = cross_entropy(tokens, logits, mask).numpy()
    if parts == "language-model":
        own = model.costs(tokens, tf.constant([0, 0]))["negative_elbo"]
        np.testing.assert_allclose(own, costs, rtol=1e-5)
    assert np.exp(-costs).sum() == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    "parts",
    [
        "hybrid-lstm",
        pytest.param("language-model", marks=pytest.mark.slow),
    ],
)
def test_no_cost_is_below_the_entropy_of_the_corpus(parts, data_dir):
    corpus = load("tweets/synthetic", texts=2_000, data_dir=str(data_dir))
    model = compiled_model(grammar_config(parts, 128), corpus.vocabulary)
    batches = corpus.evaluation("test", 128, 100)
    before = mean_costs(model, batches)["negative_elbo"]
    stream = corpus.training(128, 32, 0, group_by_length=True)
    model.fit(stream, steps_per_epoch=120, verbose=0)
    after = mean_costs(model, batches)["negative_elbo"]
    truth = [-float(text["log_probability"]) for text in corpus.texts("test")]
    # The texts of the test split are a fair sample of the grammar ...
    error = np.std(truth) / math.sqrt(len(truth))
    assert abs(np.mean(truth) - grammar.entropy()) < 5 * error
    # ... so no model can be better than their own probability.
    assert np.mean(truth) < after < before / 2
    few, many = (
        mean_importance_weighted_nll(model, batches, samples)
        for samples in (1, 20)
    )
    if parts == "language-model":
        found = many["importance_weighted_nll"]
        assert found == pytest.approx(after, rel=1e-5)
    else:
        few, many = (c["importance_weighted_nll"] for c in (few, many))
        assert few == pytest.approx(after, rel=0.02)
        assert np.mean(truth) < many < few
