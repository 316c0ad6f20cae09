"""Diversity and fluency by hand."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcvae_tf.metrics.diversity import diversity
from hcvae_tf.metrics.fluency import CharacterNgramModel
from pipelines.tweets import grammar

JUDGE = CharacterNgramModel(["so happy today", "rain all day"])


def test_one_text_over_and_over():
    found = diversity(["the day is over and done"] * 10)
    assert found["distinct"] == 0.1
    assert found["self_bleu"] == pytest.approx(1.0)
    assert found["distinct_4grams"] == pytest.approx(21 / 210)
    assert (found["length_mean"], found["length_deviation"]) == (24, 0)


def test_texts_without_a_common_word():
    found = diversity(["aa bb cc dd", "ee ff gg hh", "ii jj kk ll"])
    assert found["distinct"] == 1.0
    assert found["distinct_4grams"] == 1.0
    assert found["self_bleu"] < 0.05


def test_short_and_empty_texts_have_no_runs_of_four():
    found = diversity(["", "abc", "abcde"])
    assert found["distinct_4grams"] == 1.0
    assert found["length_mean"] == pytest.approx(8 / 3)


def test_the_judge_is_a_law_over_texts():
    judge = CharacterNgramModel(["abab", "abba", "baab", "ba"])
    texts = [
        "".join(characters)
        for size in range(7)
        for characters in itertools.product("ab\x1a", repeat=size)
    ]
    mass = sum(
        2.0 ** -(judge.bits_per_char([text]) * (len(text) + 1))
        for text in texts
    )
    assert 0.8 < mass < 1


@given(st.text(max_size=20))
def test_nothing_is_impossible_to_the_judge(text):
    assert 0 < JUDGE.bits_per_char([text]) < 30


def test_the_judge_tells_language_from_noise():
    numbers = random.Random(0)
    texts = [sample.text for sample in grammar.sample(400, seed=0)]
    judge = CharacterNgramModel(texts[:300])
    fresh = texts[300:]
    shuffled = [
        "".join(numbers.sample(text, len(text))) for text in texts[300:]
    ]
    entropy = grammar.entropy() / math.log(2)
    characters = sum(len(text) + 1 for text in fresh) / len(fresh)
    assert entropy / characters < judge.bits_per_char(fresh)
    assert judge.bits_per_char(fresh) < 0.5 * judge.bits_per_char(shuffled)
