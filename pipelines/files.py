"""Reading a user's own text file, line by line.

Nothing here needs TensorFlow, so that a command can refuse a file at once.
"""

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.command_line import UserError

ENDINGS = (".txt", ".txt.gz", ".tsv", ".tsv.gz")

_SAMPLE = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check(path: str | Path) -> None:
    """Makes sure that a file can be read as text, from its first bytes.

    Raises:
        UserError: if the file is missing, a folder, empty, binary, no gzip
            file though its name says so, or of an unknown kind.
    """
    path = Path(path)
    if os.path.isdir(path):
        raise UserError(f"{path} is a folder; name one text file in it")
    if not os.path.exists(path):
        raise UserError(f"{path} does not exist; check --data-file")
    if not path.name.endswith(ENDINGS):
        raise UserError(
            f"{path} has an unknown ending; rename it so that it ends in one "
            f"of {', '.join(ENDINGS)}"
        )
    with _reading(path) as file:
        start = file.read(_SAMPLE)
    if not start:
        raise UserError(f"{path} is empty; name a file with one text a line")
    _refuse_binary(path, start)


def rows(path: str | Path) -> Iterator[tuple[bytes, bytes]]:
    """Reads a file lazily, in constant memory.

    Args:
        path: a `.txt` or `.tsv` file, perhaps with `.gz`. A line of a tsv
            file is `label<TAB>text`, or a text alone.

    Yields:
        `(label, text)` for each line, without the line's end; the label is
        `b""` if there is none.

    Raises:
        UserError: if the file cannot be read or is binary.
    """
    path = Path(path)
    labelled = path.name.endswith((".tsv", ".tsv.gz"))
    with _reading(path) as file:
        mark = _BYTE_ORDER_MARK
        for line in file:
            if b"\0" in line:
                _refuse_binary(path, line)
            text = line.removeprefix(mark).removesuffix(b"\n")
            text = text.removesuffix(b"\r")
            mark = b""
            if labelled and b"\t" in text:
                label, text = text.split(b"\t", 1)
                yield label, text
            else:
                yield b"", text


def sha256(path: str | Path) -> str:
    """Returns the hexadecimal SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(path: str | Path) -> str:
    """Returns a short name for a file's content, fit for a folder's name."""
    stem = Path(path).name.split(".")[0]
    stem = re.sub("[^A-Za-z0-9_]+", "_", stem)[:40]
    return f"file-{stem}-{sha256(path)[:8]}"


@contextmanager
def _reading(path: Path):
    """Opens a file for reading bytes and explains what goes wrong."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(
            f"{path} is damaged or no gzip file ({error}); make it anew or "
            "decompress it and name the result"
        ) from error
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from error


def _refuse_binary(path: Path, data: bytes) -> None:
    if b"\0" in data:
        raise UserError(
            f"{path} is binary; give a text file in UTF-8 with one text a line"
        )
