"""Diversity and fluency, on texts whose results are known."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcvae_tf.metrics.diversity import diversity
from hcvae_tf.metrics.fluency import CharacterNgramModel
from pipelines.tweets import grammar

MODEL = CharacterNgramModel(["so happy today", "rain all day"])


def test_one_repeated_text_has_no_diversity():
    found = diversity(["the day is over and done"] * 10)
    assert found["distinct"] == 0.1
    assert found["self_bleu"] == pytest.approx(1.0)
    assert found["distinct_4grams"] == pytest.approx(21 / 210)
    assert (found["length_mean"], found["length_deviation"]) == (24, 0)


def test_texts_without_common_words_have_full_diversity():
    found = diversity(["aa bb cc dd", "ee ff gg hh", "ii jj kk ll"])
    assert found["distinct"] == 1.0
    assert found["distinct_4grams"] == 1.0
    assert found["self_bleu"] < 0.05


def test_diversity_accepts_short_and_empty_texts():
    found = diversity(["", "abc", "abcde"])
    assert found["distinct_4grams"] == 1.0
    assert found["length_mean"] == pytest.approx(8 / 3)


def test_the_probabilities_of_texts_sum_to_almost_one():
    model = CharacterNgramModel(["abab", "abba", "baab", "ba"])
    texts = [
        "".join(characters)
        for size in range(7)
        for characters in itertools.product("ab\x1a", repeat=size)
    ]
    total = sum(
        2.0 ** -(model.bits_per_char([text]) * (len(text) + 1))
        for text in texts
    )
    assert 0.8 < total < 1


@given(st.text(max_size=20))
def test_every_text_has_a_finite_cost(text):
    assert 0 < MODEL.bits_per_char([text]) < 30


def test_shuffled_texts_cost_more_than_texts_of_the_grammar():
    rng = random.Random(0)
    texts = [sample.text for sample in grammar.sample(400, seed=0)]
    model = CharacterNgramModel(texts[:300])
    unseen = texts[300:]
    shuffled = ["".join(rng.sample(text, len(text))) for text in texts[300:]]
    entropy = grammar.entropy() / math.log(2)
    characters = sum(len(text) + 1 for text in unseen) / len(unseen)
    assert entropy / characters < model.bits_per_char(unseen)
    assert model.bits_per_char(unseen) < 0.5 * model.bits_per_char(shuffled)
