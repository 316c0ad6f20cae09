"""Helpers of the tests of multi-file datasets."""

import gzip
import hashlib
from pathlib import Path
from typing import NamedTuple

from corpus_helpers import compose, user_error

from pipelines import builders

# Runs in this process; a failed bundle is not tried again.
BEAM = "--runner=FnApiRunner"
# Runs in this process; a failed bundle is tried again.
BEAM_WITH_RETRIES = "--runner=BundleBasedDirectRunner"


def prepare(folder, data_dir, beam=None, dataset="lines"):
    """Prepares the files of a folder; returns those of the dataset by name."""
    builders.prepare(
        dataset, data_file=f"{folder}/*", data_dir=str(data_dir), beam=beam
    )
    (found,) = complete_datasets(data_dir)
    return {path.name: path.read_bytes() for path in found.iterdir()}


def complete_datasets(data_dir):
    """Returns the folders of datasets that count as complete."""
    return list(Path(data_dir).glob("*/file*/[0-9].0.0"))


def refuses_to_prepare(message, folder, data_dir, beam=BEAM):
    """Checks that files are refused and leave no dataset; returns the error."""
    with user_error(message) as error:
        prepare(folder, data_dir, beam)
    assert not complete_datasets(data_dir)
    return str(error.value)


class ExpectedResult(NamedTuple):
    """Counts and rows that `lines` should produce."""

    read: int
    empty: int
    duplicates: int
    rows: set[tuple[bytes, bytes]]


def expected_result(folder):
    """Computes the result for the files of a folder with plain sets."""
    rows = []
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        if path.name.endswith(".gz"):
            data = gzip.decompress(data)
        lines = data.removesuffix(b"\n").split(b"\n") if data else []
        for number, line in enumerate(lines):
            line = line.removesuffix(b"\r")
            if not number:
                line = line.removeprefix(b"\xef\xbb\xbf")
            label, tab, text = line.partition(b"\t")
            if not tab or ".tsv" not in path.name:
                label, text = b"", line
            rows.append((label, compose(text)))
    kept = [row for row in rows if row[1].strip()]
    distinct = set(kept)
    return ExpectedResult(
        read=len(rows),
        empty=len(rows) - len(kept),
        duplicates=len(kept) - len(distinct),
        rows=distinct,
    )


def digest(texts):
    """Returns the sum of the SHA-256 of all texts, in hexadecimal."""
    total = sum(int(hashlib.sha256(text).hexdigest(), 16) for text in texts)
    return f"{total % 2**256:064x}"
