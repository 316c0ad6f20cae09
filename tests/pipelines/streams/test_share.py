"""The shares of all processes together are the batches of one."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from corpus_helpers import first
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.load import load
from pipelines.streams.share import Share
from pipelines.vocabulary import Vocabulary

# Texts that fit into a window, and texts that are cut.
LENGTHS = [128, 9]

few_examples = settings(
    max_examples=12,
    deadline=None,
    # Examples only read the corpora.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=["ptb", "tweets"])
def corpus(request, fake_downloads, data_dir, tweets):
    if request.param == "ptb":
        return load("ptb", data_dir=data_dir)
    return tweets


def joined(stream, parts, count):
    """Returns batches put together from the shares of all processes."""
    shares = [first(stream(Share(i, parts)), count) for i in range(parts)]
    return [np.concatenate(each) for each in zip(*shares, strict=True)]


def assert_equal_batches(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert np.array_equal(one, other)


@few_examples
@given(
    parts=st.integers(2, 4),
    rows=st.integers(1, 5),
    seed=st.integers(-(2**63), 2**63 - 1),
    step=st.integers(0, 200),
    length=st.sampled_from(LENGTHS),
    grouped=st.booleans(),
)
def test_shares_of_training_are_the_batches_of_one_process(
    corpus, parts, rows, seed, step, length, grouped
):
    def stream(share):
        size = parts * rows
        data = corpus.training(length, size, seed, step, grouped, share)
        spec = tf.TensorSpec((size // share.parts, length), tf.int32)
        assert data.element_spec == spec
        return data

    assert_equal_batches(joined(stream, parts, 3), joined(stream, 1, 3))


@few_examples
@given(
    parts=st.integers(2, 4),
    rows=st.integers(1, 40),
    length=st.sampled_from(LENGTHS),
)
def test_shares_of_evaluation_are_the_batches_of_one_process(
    corpus, parts, rows, length
):
    def stream(share):
        size = parts * rows
        return corpus.evaluation("train", length, size, share)

    assert_equal_batches(joined(stream, parts, None), joined(stream, 1, None))


def test_a_last_batch_may_have_no_rows_for_a_share(tweets):
    def rows(index):
        stream = tweets.evaluation("validation", 128, 16, Share(index, 8))
        return [len(batch) for batch in stream]

    # 30 texts are a batch of 16 and one of 14.
    assert [rows(index) for index in (0, 6, 7)] == [[2, 2], [2, 2], [2, 0]]


class CountingVocabulary(Vocabulary):
    """Counts the texts that are encoded."""

    def __init__(self):
        super().__init__()
        self.encoded = []

    def encode_windows(self, texts, starts, length):
        count = tf.py_function(self._count, [tf.size(texts)], [])
        with tf.control_dependencies([count]):
            return super().encode_windows(texts, starts, length)

    def _count(self, size):
        self.encoded.append(int(size))


@pytest.mark.parametrize("length", LENGTHS)
def test_only_own_rows_are_encoded(tweets, length):
    vocabulary = CountingVocabulary()
    corpus = dataclasses.replace(tweets, vocabulary=vocabulary)
    first(corpus.training(length, 12, 0, share=Share(1, 4)), 5)
    # Streams also encode ahead.
    assert set(vocabulary.encoded) == {3}
    vocabulary.encoded.clear()
    if corpus.unit("validation", length) == "text":
        stream = corpus.evaluation("validation", length, 12, Share(1, 4))
        own = [len(batch) for batch in first(stream, None)]
        assert vocabulary.encoded == own
        assert set(own[:-1]) == {3}
