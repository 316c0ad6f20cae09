import dataclasses
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from corpus_helpers import first, texts, user_error

from pipelines.load import load
from pipelines.streams import text_corpus
from pipelines.vocabulary import END, PAD, SubwordVocabulary, Vocabulary

LENGTH = 128
SIZE = 270


def encode(text):
    """Returns the tokens of a text and its end, in plain Python."""
    return [value + 3 for value in text] + [END]


def decode(batches):
    """Returns the bytes of each row up to its end."""
    rows = [row for batch in batches for row in batch.tolist()]
    return [bytes(i - 3 for i in row[: row.index(END)]) for row in rows]


def test_corpus_has_several_shards(tweets):
    assert len(tweets.files("train")) > 4
    assert tweets.sizes == {"train": SIZE, "validation": 30}


grouping = pytest.mark.parametrize("grouped", [False, True])


@grouping
def test_training_is_endless_and_has_fixed_shapes(tweets, grouped):
    stream = tweets.training(LENGTH, 32, seed=0, group_by_length=grouped)
    assert stream.element_spec == tf.TensorSpec((32, LENGTH), tf.int32)
    assert stream.cardinality() == tf.data.INFINITE_CARDINALITY


@grouping
def test_each_pass_has_every_text_once(tweets, grouped):
    # 135 batches of 32 are 16 passes, most of which end inside a batch.
    stream = tweets.training(LENGTH, 32, seed=5, group_by_length=grouped)
    found = decode(first(stream, 135))
    passes = [found[at : at + SIZE] for at in range(0, len(found), SIZE)]
    expected = Counter(texts(tweets, "train"))
    assert all(Counter(each) == expected for each in passes)
    assert len({tuple(each) for each in passes}) == len(passes) == 16


def test_long_texts_are_shuffled_in_smaller_blocks(tweets, monkeypatch):
    expected = Counter(texts(tweets, "train"))
    assert tweets._block_size() == 64
    monkeypatch.setattr(text_corpus, "BLOCK_BYTES", 300)
    assert 5 < tweets._block_size() < 30
    uninterrupted = first(tweets.training(LENGTH, 27, seed=5), 20)
    assert Counter(decode(uninterrupted[:10])) == expected
    assert Counter(decode(uninterrupted[10:])) == expected
    resumed = tweets.training(LENGTH, 27, seed=5, start_step=13)
    assert np.array_equal(first(resumed, 7), uninterrupted[13:])


def test_neighbours_on_disk_are_far_apart_in_a_pass(tweets):
    position = {text: at for at, text in enumerate(texts(tweets, "train"))}
    found = decode(first(tweets.training(LENGTH, SIZE, seed=1), 1))
    jumps = np.abs(np.diff([position[text] for text in found]))
    # In a random order the mean distance is a third of the texts.
    assert np.mean(jumps) > 0.2 * SIZE
    assert np.mean(jumps == 1) < 0.05


@grouping
@pytest.mark.parametrize("length", [LENGTH, 9])
@pytest.mark.parametrize(
    "starts",
    [(1, 8, 9, 40), pytest.param((0, 2, 5, 17), marks=pytest.mark.slow)],
)
def test_training_resumes_exactly(tweets, starts, length, grouped):
    def batches(count, start=0):
        stream = tweets.training(length, 32, 2, start, grouped)
        return first(stream, count)

    uninterrupted = batches(52)
    for start in starts:
        expected = uninterrupted[start : start + 12]
        assert np.array_equal(batches(12, start), expected), start


@grouping
def test_batches_depend_only_on_the_seed(tweets, grouped):
    def batches(seed):
        stream = tweets.training(LENGTH, 32, seed, group_by_length=grouped)
        return first(stream, 12)

    expected = batches(2)
    tf.random.set_seed(12345)
    assert np.array_equal(batches(2), expected)
    assert not np.array_equal(batches(3), expected)


def test_long_texts_are_cut_at_all_positions(tweets):
    length = 12
    pieces = {
        tuple(ids[at : at + length])
        for ids in map(encode, texts(tweets, "train"))
        for at in range(max(1, len(ids) - length + 1))
    }
    found = {
        tuple(i for i in row if i != PAD)
        for batch in first(tweets.training(length, SIZE, seed=0), 60)
        for row in batch.tolist()
    }
    assert found <= pieces
    assert len(found) > 0.8 * len(pieces)


@pytest.mark.parametrize("split", ["train", "validation", "all"])
@pytest.mark.parametrize("length", [LENGTH, 9, 3])
def test_evaluation_has_all_characters_in_order(tweets, split, length):
    stream = tweets.evaluation(split, length, 32)
    assert stream.element_spec == tf.TensorSpec((None, length), tf.int32)
    batches = first(stream, None)
    assert {len(batch) for batch in batches[:-1]} <= {32}
    expected = []
    for ids in map(encode, texts(tweets, split)):
        ids += [PAD] * (-len(ids) % length)
        expected += np.reshape(ids, (-1, length)).tolist()
    assert np.concatenate(batches).tolist() == expected


def test_a_text_of_many_bytes_that_fits_is_one_window(tmp_path):
    """Long texts are cut for the memory's sake, but not one that fits."""
    texts = [f"{n} {'a long word ' * 900}" for n in range(19)]
    # This one does not fit, and is cut in two.
    texts.append("a long word " * 1_800)
    file = tmp_path / "mine.txt"
    file.write_text("\n".join(texts))
    corpus = load("lines", data_file=str(file), data_dir=tmp_path)
    vocabulary = SubwordVocabulary({"a long word ": -1})
    corpus = dataclasses.replace(corpus, vocabulary=vocabulary)
    windows = list(corpus.evaluation("all", 1_000, 1).unbatch())
    least, *counts, most = sorted(np.count_nonzero(windows, axis=1))
    assert len(counts) == 19
    assert all(900 < count < 920 for count in counts)
    assert most == 1_000
    assert least < 820


def test_split_all_joins_the_other_splits(tweets):
    joined = texts(tweets, "train") + texts(tweets, "validation")
    assert texts(tweets, "all") == joined


def test_given_vocabulary_is_used(tweets):
    small = Vocabulary(b"0123456789")
    corpus = dataclasses.replace(tweets, vocabulary=small)
    (batch,) = first(corpus.training(LENGTH, 8, seed=0), 1)
    assert batch.max() < small.size


@pytest.mark.parametrize("method", ["texts", "evaluation"])
def test_unknown_splits_are_refused(tweets, method):
    arguments = (8, 8) if method == "evaluation" else ()
    with user_error("choose one of train, validation, all"):
        getattr(tweets, method)("test", *arguments)


@pytest.mark.parametrize("length", [4, 60, 128, 1000])
def test_the_unit_of_an_unknown_split_is_refused(tweets, length):
    with user_error("choose one of train, validation, all"):
        tweets.unit("test", length)


def test_batches_larger_than_the_corpus_are_refused(tweets):
    with user_error("270 training texts.*`batch_size` 270"):
        tweets.training(LENGTH, 271, seed=0)
    first(tweets.training(LENGTH, 270, seed=0), 1)
