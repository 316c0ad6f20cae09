import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from pipelines.streams import windows

STREAM = tf.range(100, 140)


@pytest.mark.parametrize(("size", "length"), [(40, 9), (40, 39), (12, 1)])
def test_starts_are_uniform(size, length):
    starts = windows.random_starts(0, 0, tf.fill([20_000], size), length)
    counts = np.bincount(starts.numpy(), minlength=size - length + 1)
    assert len(counts) == size - length + 1
    assert stats.chisquare(counts).pvalue > 1e-3


def test_starts_over_many_steps_are_uniform():
    starts = [
        windows.random_starts(3, step, tf.fill([8], 20), 5).numpy()
        for step in range(400)
    ]
    assert stats.chisquare(np.bincount(np.ravel(starts))).pvalue > 1e-3


def test_windows_fit_into_each_text():
    sizes = tf.constant([1, 4, 5, 6, 100] * 50)
    starts = windows.random_starts(0, 7, sizes, 5).numpy()
    assert (starts >= 0).all()
    assert (starts <= np.maximum(sizes.numpy() - 5, 0)).all()


def test_starts_depend_on_seed_and_step_only():
    def starts(seed, step):
        sizes = tf.fill([8], 1000)
        return windows.random_starts(seed, step, sizes, 5).numpy().tolist()

    first = starts(1, 2)
    tf.random.set_seed(99)
    assert starts(1, 2) == first
    assert starts(1, 3) != first
    assert starts(2, 2) != first


def test_random_windows_are_pieces_of_the_stream():
    found = windows.random_windows(STREAM, 0, 0, 50, 7)
    assert found.dtype == STREAM.dtype
    assert found.shape == (50, 7)
    for row in found.numpy():
        assert row.tolist() == list(range(row[0], row[0] + 7))
        assert 100 <= row[0] <= 133


def test_random_windows_can_be_as_long_as_the_stream():
    found = windows.random_windows(STREAM, 0, 0, 2, 40).numpy()
    assert (found == STREAM.numpy()).all()


@pytest.mark.parametrize("length", [1, 7, 40])
def test_tile_drops_only_the_remainder(length):
    found = windows.tile(STREAM, length).numpy()
    assert found.shape == (40 // length, length)
    assert found.ravel().tolist() == list(range(100, 100 + found.size))
