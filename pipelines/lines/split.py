"""Splits texts by a hash, so that equal texts stay together."""

import hashlib
from collections.abc import Callable, Iterable

from pipelines.command_line import UserError

# Each split is sure to get some of so many texts; fewer are dealt out.
_MANY = 1000
_PARTS = 20
_RANGE = 1 << 64


def splitter(texts: Iterable[bytes]) -> Callable[[bytes], str]:
    """Chooses how to split a corpus.

    About one different text in 20 goes to `"validation"`, one in 20 to
    `"test"`, and the rest to `"train"`, according to a hash of the text. In a
    corpus of up to 1,000 different texts their hashes are ranked, which gives
    each split at least one.

    Args:
        texts: the corpus; read only until there are enough different texts.

    Returns:
        A function from a text to the name of its split.

    Raises:
        UserError: if there are fewer than 3 different texts.
    """
    hashes: set[int] = set()
    for text in texts:
        hashes.add(_hash(text))
        if len(hashes) > _MANY:
            return _by_bounds(_RANGE // _PARTS, 2 * _RANGE // _PARTS)
    if len(hashes) < 3:
        raise UserError(
            f"the file has {len(hashes)} different texts, too few to split; "
            "give at least 3"
        )
    ranked = sorted(hashes)
    part = max(1, len(ranked) // _PARTS)
    return _by_bounds(ranked[part], ranked[2 * part])


def _by_bounds(validation: int, test: int) -> Callable[[bytes], str]:
    def split(text: bytes) -> str:
        value = _hash(text)
        if value < validation:
            return "validation"
        return "test" if value < test else "train"

    return split


def _hash(text: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
