from collections import Counter
from itertools import islice

import numpy as np
import pytest
import tensorflow as tf

from pipelines.errors import UserError
from pipelines.streams import text_corpus
from pipelines.streams.text_corpus import TextCorpus
from pipelines.vocabulary import END, PAD, Vocabulary

LENGTH = 128
SIZE = 270


def raw(corpus, split):
    return [
        example["text"] for example in corpus.texts(split).as_numpy_iterator()
    ]


def plain(text):
    """Ids of a text and its end, in plain Python."""
    return [value + 3 for value in text] + [END]


def texts_of(batches):
    """The bytes of each row up to its end."""
    rows = [row for batch in batches for row in batch.tolist()]
    return [bytes(i - 3 for i in row[: row.index(END)]) for row in rows]


def first(dataset, count):
    return list(islice(dataset.as_numpy_iterator(), count))


def same(one, other):
    return len(one) == len(other) and all(
        np.array_equal(a, b) for a, b in zip(one, other, strict=True)
    )


def test_has_several_shards(tweets):
    assert len(tweets.files("train")) > 4
    assert tweets.sizes == {"train": SIZE, "validation": 30}


def test_batches(tweets):
    stream = tweets.training(LENGTH, 32, seed=0)
    assert stream.element_spec == tf.TensorSpec((32, LENGTH), tf.int32)
    assert stream.cardinality() == tf.data.INFINITE_CARDINALITY


def test_each_pass_has_every_text_once(tweets):
    # 135 batches of 32 are 16 passes; few of them end with a batch.
    found = texts_of(first(tweets.training(LENGTH, 32, seed=5), 135))
    passes = [found[at : at + SIZE] for at in range(0, len(found), SIZE)]
    expected = Counter(raw(tweets, "train"))
    assert all(Counter(each) == expected for each in passes)
    assert len({tuple(each) for each in passes}) == len(passes) == 16


def test_long_texts_are_shuffled_in_smaller_blocks(tweets, monkeypatch):
    expected = Counter(raw(tweets, "train"))
    assert tweets._block_size() == 64
    monkeypatch.setattr(text_corpus, "_BLOCK_BYTES", 300)
    assert 5 < tweets._block_size() < 30
    whole = first(tweets.training(LENGTH, 27, seed=5), 20)
    assert Counter(texts_of(whole[:10])) == expected
    assert Counter(texts_of(whole[10:])) == expected
    resumed = tweets.training(LENGTH, 27, seed=5, start_step=13)
    assert same(first(resumed, 7), whole[13:])


def test_shuffles_well(tweets):
    """Neighbours on disk are not neighbours in a pass."""
    place = {text: at for at, text in enumerate(raw(tweets, "train"))}
    found = texts_of(first(tweets.training(LENGTH, SIZE, seed=1), 1))
    jumps = np.abs(np.diff([place[text] for text in found]))
    # A third of the texts apart is what a random order gives.
    assert np.mean(jumps) > 0.2 * SIZE
    assert np.mean(jumps == 1) < 0.05


@pytest.mark.parametrize("start", [0, 1, 2, 5, 8, 9, 17, 40])
@pytest.mark.parametrize("length", [LENGTH, 9])
def test_resumes_exactly(tweets, start, length):
    whole = first(tweets.training(length, 32, seed=2), start + 12)
    resumed = tweets.training(length, 32, seed=2, start_step=start)
    assert same(first(resumed, 12), whole[start:])


def test_seed_decides_everything(tweets):
    one = first(tweets.training(LENGTH, 32, seed=2), 12)
    tf.random.set_seed(12345)
    assert same(first(tweets.training(LENGTH, 32, seed=2), 12), one)
    assert not same(first(tweets.training(LENGTH, 32, seed=3), 12), one)


def test_long_texts_give_windows_of_all_positions(tweets):
    length = 12
    pieces = {
        tuple(ids[at : at + length])
        for ids in map(plain, raw(tweets, "train"))
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
    for ids in map(plain, raw(tweets, split)):
        ids += [PAD] * (-len(ids) % length)
        expected += np.reshape(ids, (-1, length)).tolist()
    assert np.concatenate(batches).tolist() == expected


def test_all_is_every_split(tweets):
    both = raw(tweets, "train") + raw(tweets, "validation")
    assert raw(tweets, "all") == both


def test_given_vocabulary(tweets):
    small = Vocabulary(b"0123456789")
    corpus = TextCorpus(
        **{**vars(tweets), "vocabulary": small},
    )
    (batch,) = first(corpus.training(LENGTH, 8, seed=0), 1)
    assert batch.max() < small.size


@pytest.mark.parametrize("use", ["texts", "evaluation"])
def test_unknown_split(tweets, use):
    arguments = (8, 8) if use == "evaluation" else ()
    with pytest.raises(UserError, match="choose one of train, validation, all"):
        getattr(tweets, use)("test", *arguments)


def test_too_few_texts(tweets):
    with pytest.raises(
        UserError, match=r"270 training texts.*--batch-size 270"
    ):
        tweets.training(LENGTH, 271, seed=0)
    first(tweets.training(LENGTH, 270, seed=0), 1)
