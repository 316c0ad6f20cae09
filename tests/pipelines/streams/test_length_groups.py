"""The order of texts in batches of about the same length."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.streams.length_groups import grouped_by_length

# Mostly short, with a long tail, as texts are.
LENGTHS = np.minimum(np.random.default_rng(0).geometric(0.02, 1024), 128)


def batches(lengths, batch_size=32, pass_size=10_000, seed=0, group=0):
    """Groups texts whose tokens are their numbers; returns the numbers."""
    lengths = np.array(lengths)[:, np.newaxis]
    texts = 1 + np.arange(len(lengths), dtype=np.int32)[:, np.newaxis]
    rows = np.where(np.arange(128) < lengths, texts, 0)
    rows = rows.reshape(-1, batch_size, 128)
    found = grouped_by_length(rows, pass_size, seed, group).numpy()
    order = found[:, :, 0] - 1
    assert np.array_equal(found, rows.reshape(-1, 128)[order])
    return order


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_each_text_is_taken_once_and_passes_keep_their_order(data):
    batch_size = data.draw(st.integers(1, 8))
    size = batch_size * data.draw(st.integers(1, 6))
    pass_size = data.draw(st.integers(batch_size, 3 * size))
    group = data.draw(st.integers(0, 3))
    lengths = data.draw(
        st.lists(st.integers(1, 9), min_size=size, max_size=size)
    )
    order = batches(lengths, batch_size, pass_size, 1, group).reshape(-1)
    assert sorted(order) == list(range(size))
    passes = (group * size + order) // pass_size
    assert (np.diff(passes) >= 0).all()


def test_batches_are_those_of_the_sorted_texts():
    found = {tuple(sorted(LENGTHS[each])) for each in batches(LENGTHS)}
    assert found == set(map(tuple, np.sort(LENGTHS).reshape(-1, 32)))


def test_the_order_of_the_batches_is_random():
    def longest(seed, group):
        order = batches(LENGTHS, seed=seed, group=group)
        return LENGTHS[order].max(axis=1).tolist()

    orders = [longest(0, 0), longest(0, 1), longest(1, 0)]
    assert longest(0, 0) == orders[0]
    for order in orders:
        assert orders.count(order) == 1
        assert order not in (sorted(order), sorted(order, reverse=True))
