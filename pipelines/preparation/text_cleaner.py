"""Normalises, filters and counts the texts of files."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import tensorflow as tf

from pipelines.preparation.normalization import is_valid_utf8

# Most rows that are normalised together, and about the most bytes of them.
_BATCH = 4096
_BATCH_BYTES = 16 << 20


class Text(NamedTuple):
    """A text and its label, both as bytes; the label may be empty."""

    label: bytes
    text: bytes


class TextCleaner:
    """Normalises rows in batches and leaves out empty and too long texts.

    Args:
        normalize: maps a string tensor of shape `(batch,)` to one of the same
            shape.
        longest: texts of more bytes after normalisation are left out; None
            keeps all.

    Attributes:
        counts: how many rows were `read`, `kept`, left out as `empty` or
            `too_long`, and how many of those kept are `invalid_utf8`.
    """

    def __init__(
        self,
        normalize: Callable[[tf.Tensor], tf.Tensor],
        longest: int | None = None,
    ):
        self._normalize = normalize
        self._longest = longest
        self.counts = {
            "read": 0,
            "kept": 0,
            "empty": 0,
            "too_long": 0,
            "invalid_utf8": 0,
        }

    def __call__(self, rows: Iterable[tuple[bytes, bytes]]) -> Iterator[Text]:
        """Yields the kept texts in order, in constant memory."""
        counts = self.counts
        for batch in _batches(rows):
            labels, texts = zip(*batch, strict=True)
            normal = self._normalize(tf.constant(texts))
            valid = is_valid_utf8(normal).numpy()
            counts["read"] += len(batch)
            for label, text, is_valid in zip(
                labels, normal.numpy(), valid, strict=True
            ):
                if not text.strip():
                    counts["empty"] += 1
                elif self._longest and len(text) > self._longest:
                    counts["too_long"] += 1
                else:
                    counts["kept"] += 1
                    counts["invalid_utf8"] += not is_valid
                    yield Text(label, text)


def _batches(rows: Iterable[tuple[bytes, bytes]]) -> Iterator[list]:
    batch, size = [], 0
    for row in rows:
        batch.append(row)
        size += len(row[1])
        if len(batch) == _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
