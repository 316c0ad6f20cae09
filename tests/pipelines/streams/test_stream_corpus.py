import numpy as np
import pytest
import tensorflow as tf
from corpus_helpers import PACKAGE, first, texts, user_error

from pipelines.load import load

DUMMY_DATA = PACKAGE / "ptb" / "dummy_data"
FILES = {"train": "train", "validation": "valid", "test": "test"}


def content(split):
    if split == "all":
        return b"".join(map(content, FILES))
    return (DUMMY_DATA / f"ptb.{FILES[split]}.txt").read_bytes()


def decode(corpus, ids):
    return bytes(corpus.vocabulary.characters[i - 3] for i in np.ravel(ids))


@pytest.fixture
def ptb(fake_downloads, data_dir):
    return load("ptb", data_dir=data_dir)


def test_corpus_equals_its_files(ptb):
    assert ptb.vocabulary.characters == bytes(sorted(set(content("train"))))
    assert ptb.sizes == {split: len(content(split)) for split in FILES}
    assert ptb.default_length == 60
    lines = content("train").split(b"\n")[:-1]
    assert texts(ptb, "train") == lines


@pytest.mark.parametrize("split", [*FILES, "all"])
@pytest.mark.parametrize("length", [1, 7, 20])
def test_evaluation_tiles_the_stream(ptb, split, length):
    batches = first(ptb.evaluation(split, length, 4), None)
    expected = content(split)[: len(content(split)) // length * length]
    ids = np.concatenate(batches)
    # The vocabulary has only the characters of the train split.
    characters, known = ptb.vocabulary.characters, set(content("train"))
    expected = [characters.index(c) + 3 if c in known else 1 for c in expected]
    assert ids.ravel().tolist() == expected
    assert ids.shape[1] == length


def test_training_windows_start_at_all_positions(ptb):
    stream = ptb.training(20, 16, seed=0)
    assert stream.element_spec == tf.TensorSpec((16, 20), tf.int32)
    rows = np.concatenate(first(stream, 200))
    positions = {content("train").find(decode(ptb, row)) for row in rows}
    assert positions == set(range(len(content("train")) - 19))


@pytest.mark.parametrize("start", [0, 1, 7])
def test_training_resumes_exactly(ptb, start):
    uninterrupted = first(ptb.training(20, 4, seed=2), start + 5)
    resumed = first(ptb.training(20, 4, seed=2, start_step=start), 5)
    assert np.array_equal(uninterrupted[start:], resumed)


def test_windows_depend_only_on_the_seed(ptb):
    def batches(seed):
        return first(ptb.training(20, 4, seed=seed), 5)

    expected = batches(2)
    tf.random.set_seed(12345)
    assert np.array_equal(batches(2), expected)
    assert not np.array_equal(batches(3), expected)


def test_windows_longer_than_the_stream_are_refused(ptb):
    size = len(content("test"))
    with user_error(f"`length` {size} or smaller"):
        ptb.evaluation("test", size + 1, 1)
