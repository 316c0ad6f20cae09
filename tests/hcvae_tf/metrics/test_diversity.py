"""Diversity, on texts whose results are known."""

import pytest

from hcvae_tf.metrics.diversity import diversity


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
