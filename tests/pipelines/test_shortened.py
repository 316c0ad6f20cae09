"""Texts that are cut to a width."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.shortened import shortened


def columns(text):
    return sum(
        2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )


@given(st.text(), st.integers(2, 30))
@example("語" * 9, 9)
def test_only_what_is_too_wide_is_cut_and_then_fits(text, width):
    short = shortened(text, width)
    assert columns(short) <= width
    if short != text:
        assert columns(text) > width
        assert short.endswith("…")
        assert text.startswith(short[:-1])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 10, "a" * 10),
        ("a" * 11, "a" * 9 + "…"),
        ("ab cd     efgh", "ab cd…"),
    ],
)
def test_examples(text, shown):
    assert shortened(text, 10) == shown
