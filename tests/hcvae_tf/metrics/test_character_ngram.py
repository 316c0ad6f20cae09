"""The character 5-gram model, against NLTK's and a known entropy."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.lm import WittenBellInterpolated

from hcvae_tf.metrics.character_ngram import CharacterNgramModel
from pipelines.tweets import grammar


def bits_per_char_by_nltk(training, texts):
    training = [*([str(one) for one in text] for text in training), ["unknown"]]
    known = set(itertools.chain(*training))
    model = WittenBellInterpolated(5)
    model.fit(
        (
            [ngram[-size:] for ngram in ngrams(text) for size in range(1, 6)]
            for text in training
        ),
        ["start", "end", *known],
    )
    bits = [
        -math.log2(model.score(character, context))
        for text in texts
        for *context, character in ngrams(
            [str(one) if str(one) in known else "unknown" for one in text]
        )
    ]
    return sum(bits) / len(bits)


def ngrams(text):
    padded = ("start",) * 4 + (*text, "end")
    return [padded[first : first + 5] for first in range(len(text) + 1)]


def check_against_nltk(training, texts):
    found = CharacterNgramModel(training).bits_per_char(texts)
    expected = bits_per_char_by_nltk(training, texts)
    assert found == pytest.approx(expected, rel=0, abs=1e-9)


def some(text):
    return st.lists(text, min_size=1, max_size=12)


@given(some(st.text("ab")), some(st.text("abc")))
def test_costs_with_a_small_alphabet_equal_nltk(training, texts):
    check_against_nltk(training, texts)


@given(some(st.text()), some(st.text()))
def test_costs_of_unicode_equal_nltk(training, texts):
    check_against_nltk(training, training + texts)


@given(some(st.binary()), some(st.binary()))
def test_costs_of_bytes_equal_nltk(training, texts):
    check_against_nltk(training, training + texts)


@pytest.mark.parametrize(
    ("training", "texts"),
    [
        ([""], [""]),
        ([""], ["a"]),
        (["", "", "ab"], ["", "ab", "ba"]),
        (["abcde"], ["edcba", "zzzzz", "abcdz", "zabcde"]),
        (
            ["\0\x01\x02\x03\x1a", "\U0010ffff"],
            ["\x03\x02", "\ud800\U0010ffff"],
        ),
        ([b"\0\xff"], [b"\xff\0", b"\x01"]),
    ],
    ids=ascii,
)
def test_edges_equal_nltk(training, texts):
    check_against_nltk(training, texts)


def test_costs_of_a_corpus_equal_nltk():
    texts = [sample.text for sample in grammar.sample(400, seed=0)]
    check_against_nltk(texts[:300], texts[300:])


def test_an_alphabet_whose_fifth_power_overflows_equals_nltk():
    characters = list(map(chr, range(0x4000, 0x9000)))
    text = "".join(characters + characters[::-1])
    check_against_nltk([text], [text[100:300], text[::3]])


def test_bytes_of_ascii_cost_what_their_characters_do():
    texts = ["so happy today", "rain all day"]
    encoded = [text.encode() for text in texts]
    assert CharacterNgramModel(texts).bits_per_char(
        texts
    ) == CharacterNgramModel(encoded).bits_per_char(encoded)


def test_the_probabilities_of_texts_sum_to_almost_one():
    model = CharacterNgramModel(["abab", "abba", "baab", "ba"])
    texts = [
        "".join(characters)
        for size in range(7)
        for characters in itertools.product("ab?", repeat=size)
    ]
    total = sum(
        2.0 ** -(model.bits_per_char([text]) * (len(text) + 1))
        for text in texts
    )
    assert 0.8 < total < 1


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


def test_no_texts_are_refused():
    with pytest.raises(ValueError, match="no texts"):
        CharacterNgramModel([])
    with pytest.raises(ValueError, match="no texts"):
        CharacterNgramModel(["a"]).bits_per_char([])


def test_texts_of_both_types_are_refused():
    with pytest.raises(TypeError):
        CharacterNgramModel(["a", b"a"])
    with pytest.raises(TypeError):
        CharacterNgramModel(["a"]).bits_per_char([b"a"])
