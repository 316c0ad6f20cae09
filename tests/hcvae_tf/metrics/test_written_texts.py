"""Measures of written texts, for texts that are those of the corpus."""

import pytest

from hcvae_tf.metrics.written_texts import validation_texts, written_texts
from pipelines.load import load


@pytest.fixture(scope="module")
def corpus(data_dir):
    return load("tweets/synthetic", texts=200, data_dir=data_dir)


def test_texts_of_the_corpus_are_fluent_and_known(corpus):
    train = [
        row["text"].decode()
        for row in corpus.texts("train").as_numpy_iterator()
    ]
    held_out = validation_texts(corpus, 128)
    found = written_texts(train, corpus, 128)
    one = written_texts([held_out[0]] * len(train), corpus, 128)
    assert found["known_words"] == 1
    assert found["distinct"] > 0.9 > one["distinct"]
    # A text that is repeated is fluent, but not like all others.
    assert one["fluency"] < found["fluency"]
    assert one["reverse_fluency"] > found["reverse_fluency"] + 1


def test_both_directions_are_equal_for_equal_texts(corpus):
    found = written_texts(validation_texts(corpus, 128), corpus, 128)
    assert found["fluency"] == found["reverse_fluency"]
