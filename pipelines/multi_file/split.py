"""Splits texts by a hash, so that equal texts stay together."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.errors import UserError

SPLITS = ("train", "validation", "test")

# With more different texts than this, each split gets some by its share of the
# hashes; up to this number, the hashes are ranked.
MAX_RANKED = 1000
_PARTS = 20
_RANGE = 1 << 64


class Splitter(NamedTuple):
    """Maps a text to the name of its split, by two bounds for its hash."""

    validation: int
    test: int

    def __call__(self, text: bytes) -> str:
        """Returns one of `SPLITS`."""
        value = hash_of(text)
        if value < self.validation:
            return "validation"
        return "test" if value < self.test else "train"


def hash_of(text: bytes) -> int:
    """Returns a hash of a text, an integer of 64 bits."""
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())


def splitter(hashes: Iterable[int]) -> Splitter:
    """Chooses how to split a corpus.

    About one different text in 20 goes to `"validation"`, one in 20 to
    `"test"`, and the rest to `"train"`, according to a hash of the text. In a
    corpus of up to 1,000 different texts the hashes are ranked, so that each
    split gets at least one text.

    Args:
        hashes: `hash_of` each text; read only until enough are different.

    Raises:
        UserError: if there are fewer than 3 different texts.
    """
    different: set[int] = set()
    for value in hashes:
        different.add(value)
        if len(different) > MAX_RANKED:
            return Splitter(_RANGE // _PARTS, 2 * _RANGE // _PARTS)
    if len(different) < 3:
        raise UserError(
            f"there are {len(different)} different texts, too few to split "
            "into train, validation and test; give at least 3, one a line "
            "(a carriage return alone does not end a line)"
        )
    ranked = sorted(different)
    part = max(1, len(ranked) // _PARTS)
    return Splitter(ranked[part], ranked[2 * part])
