"""What the tests of pooled data sets share."""

import gzip
import hashlib
import unicodedata
from pathlib import Path
from typing import NamedTuple

from pipelines import builders

# Runs in this process; each bundle is tried once.
HERE = "--runner=FnApiRunner"
# The same, but a bundle that fails is tried again.
TRIES_AGAIN = "--runner=BundleBasedDirectRunner"


def write(folder, name, data):
    """Writes one of the files, compressed if its name says so."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(
        gzip.compress(data) if name.endswith(".gz") else data
    )


def prepare(folder, data_dir, beam=None, dataset="lines"):
    """Prepares all files of a folder; gives what then lies on disk."""
    builders.prepare(
        dataset, data_file=f"{folder}/*", data_dir=str(data_dir), beam=beam
    )
    (found,) = whole(data_dir)
    return {path.name: path.read_bytes() for path in found.iterdir()}


def whole(data_dir):
    """The data sets that are taken for whole ones."""
    return list(Path(data_dir).glob("*/file*/[0-9].0.0"))


class Expected(NamedTuple):
    """What `lines` should make of files."""

    read: int
    empty: int
    duplicates: int
    rows: set[tuple[bytes, bytes]]


def expected(folder):
    """Works it out with sets alone."""
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
            rows.append((label, composed(text)))
    full = [row for row in rows if row[1].strip()]
    different = set(full)
    return Expected(
        len(rows),
        len(rows) - len(full),
        len(full) - len(different),
        different,
    )


def composed(text):
    """Unicode's composed form, by Python."""
    try:
        return unicodedata.normalize("NFC", text.decode()).encode()
    except UnicodeDecodeError:
        return text


def digest(texts):
    """The sum of SHA-256, in hexadecimal."""
    total = sum(int(hashlib.sha256(text).hexdigest(), 16) for text in texts)
    return f"{total % 2**256:064x}"
