"""Summary of a split's rows, which does not depend on their order."""

import hashlib
from dataclasses import dataclass
from typing import Any

from pipelines.preparation.text_cleaner import Text

_DIGESTS = 1 << 256


@dataclass
class Summary:
    """Counts and a digest of rows.

    Attributes:
        digest: the sum of the texts' SHA-256, modulo 2^256: it does not
            depend on their order.
        rows: number of rows.
        invalid_utf8: number of rows that are not valid UTF-8.
        longest: bytes of the longest text.
        size: bytes of all texts together.
    """

    digest: int = 0
    rows: int = 0
    invalid_utf8: int = 0
    longest: int = 0
    size: int = 0

    def add(self, text: bytes) -> None:
        """Adds a text."""
        value = int.from_bytes(hashlib.sha256(text).digest())
        self.digest = (self.digest + value) % _DIGESTS
        self.rows += 1
        self.invalid_utf8 += not _is_utf8(text)
        self.longest = max(self.longest, len(text))
        self.size += len(text)

    def merge(self, other: "Summary") -> None:
        """Adds the texts of another summary."""
        self.digest = (self.digest + other.digest) % _DIGESTS
        self.rows += other.rows
        self.invalid_utf8 += other.invalid_utf8
        self.longest = max(self.longest, other.longest)
        self.size += other.size


def key(row: Text) -> bytes:
    """Returns a hash of a row's label and text, 16 bytes."""
    label_size = len(row.label).to_bytes(8)
    data = label_size + row.label + row.text
    return hashlib.blake2b(data, digest_size=16).digest()


def metadata(
    cleaned: dict[str, int], splits: dict[str, Summary]
) -> dict[str, Any]:
    """Returns the metadata of the dataset; see `TextBuilder`.

    Args:
        cleaned: the sum of the `TextCleaner`s' counts.
        splits: the summary of each split.
    """
    kept = sum(summary.rows for summary in splits.values())
    invalid = sum(summary.invalid_utf8 for summary in splits.values())
    return {
        "counts": {
            "read": cleaned["read"],
            "kept": kept,
            "empty": cleaned["empty"],
            "too_long": cleaned["too_long"],
            "duplicates": cleaned["kept"] - kept,
            "invalid_utf8": invalid,
        },
        "splits": {
            name: {
                "sha256": f"{summary.digest:064x}",
                "longest": summary.longest,
                "bytes": summary.size,
            }
            for name, summary in splits.items()
        },
    }


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
