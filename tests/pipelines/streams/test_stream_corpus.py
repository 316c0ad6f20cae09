from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from pipelines.errors import UserError
from pipelines.load import load

DUMMY = Path(load.__code__.co_filename).parent / "ptb" / "dummy_data"
FILES = {"train": "train", "validation": "valid", "test": "test"}


def source(split):
    if split == "all":
        return b"".join(map(source, FILES))
    return (DUMMY / f"ptb.{FILES[split]}.txt").read_bytes()


def first(dataset, count):
    return list(islice(dataset.as_numpy_iterator(), count))


def text(corpus, ids):
    return bytes(corpus.vocabulary.characters[i - 3] for i in np.ravel(ids))


@pytest.fixture
def ptb(downloads, data_dir):
    return load("ptb", data_dir=data_dir)


def test_is_the_files(ptb):
    assert ptb.vocabulary.characters == bytes(sorted(set(source("train"))))
    assert ptb.sizes == {split: len(source(split)) for split in FILES}
    assert ptb.default_length == 60
    lines = [each["text"] for each in ptb.texts("train").as_numpy_iterator()]
    assert lines == source("train").split(b"\n")[:-1]


@pytest.mark.parametrize("split", [*FILES, "all"])
@pytest.mark.parametrize("length", [1, 7, 20])
def test_evaluation_tiles_the_stream(ptb, split, length):
    batches = first(ptb.evaluation(split, length, 4), None)
    expected = source(split)[: len(source(split)) // length * length]
    ids = np.concatenate(batches)
    # Only the train split's characters are known.
    known = set(source("train"))
    expected = [
        ptb.vocabulary.characters.index(value) + 3 if value in known else 1
        for value in expected
    ]
    assert ids.ravel().tolist() == expected
    assert ids.shape[1] == length


def test_training_windows_are_pieces(ptb):
    stream = ptb.training(20, 16, seed=0)
    assert stream.element_spec == tf.TensorSpec((16, 20), tf.int32)
    rows = np.concatenate(first(stream, 200))
    places = {source("train").find(text(ptb, row)) for row in rows}
    assert places == set(range(len(source("train")) - 19))


@pytest.mark.parametrize("start", [0, 1, 7])
def test_resumes_exactly(ptb, start):
    whole = first(ptb.training(20, 4, seed=2), start + 5)
    resumed = first(ptb.training(20, 4, seed=2, start_step=start), 5)
    assert np.array_equal(whole[start:], resumed)


def test_seed_decides_everything(ptb):
    one = first(ptb.training(20, 4, seed=2), 5)
    tf.random.set_seed(12345)
    assert np.array_equal(first(ptb.training(20, 4, seed=2), 5), one)
    assert not np.array_equal(first(ptb.training(20, 4, seed=3), 5), one)


def test_window_longer_than_the_stream(ptb):
    size = len(source("test"))
    with pytest.raises(UserError, match=f"--length {size} or smaller"):
        ptb.evaluation("test", size + 1, 1)
