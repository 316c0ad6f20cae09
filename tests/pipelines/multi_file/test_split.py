from collections import Counter

import pytest
from corpus_helpers import user_error
from hypothesis import given
from hypothesis import strategies as st

from pipelines.multi_file.split import SPLITS, hash_of, splitter


@given(st.lists(st.binary(max_size=4), min_size=3, max_size=60))
def test_every_split_of_a_small_corpus_has_a_text(texts):
    if len(set(texts)) < 3:
        with user_error("at least 3"):
            splitter(map(hash_of, texts))
        return
    split_of = splitter(map(hash_of, texts))
    assert {split_of(text) for text in texts} == set(SPLITS)
    # Order and duplicates do not change the split.
    again = splitter(map(hash_of, sorted(texts + texts)))
    assert [again(text) for text in texts] == [split_of(t) for t in texts]


@pytest.mark.parametrize("count", [3, 39, 40, 1000, 1001, 20_000])
def test_held_out_splits_have_the_right_size(count):
    texts = [b"text %d" % number for number in range(count)]
    split_of = splitter(map(hash_of, texts))
    sizes = Counter(map(split_of, texts))
    expected = max(1, count / 20)
    for held_out in ("validation", "test"):
        assert sizes[held_out] == pytest.approx(expected, rel=0.35, abs=1)


def test_splitter_reads_only_the_start_of_a_large_corpus():
    texts = iter([b"%d" % number for number in range(5000)])
    splitter(map(hash_of, texts))
    assert next(texts) == b"1001"
