"""Reading of a user's own text files, line by line.

Only files at an address need TensorFlow, so a command can reject a local file
without importing it.
"""

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipelines.errors import UserError, one_line
from pipelines.files import file_system

ENDINGS = (".txt", ".txt.gz", ".tsv", ".tsv.gz")

# To be raised when lines or labels are read in another way, so that what was
# prepared before is not found. (Builders raise VERSION for their part.)
_READING = 2
_SAMPLE_BYTES = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def check(path: str | Path) -> None:
    """Checks that a file is a text file, from its first bytes.

    Checks only the first file of a pattern, and no file at an address.

    Raises:
        UserError: if the file is missing, a folder, empty, binary, not a gzip
            file although its name says so, or has an unknown ending, or if no
            file matches the pattern.
    """
    path = os.fspath(path)
    if file_system.is_address(path):
        return
    if file_system.is_pattern(path):
        _first_bytes(find(path)[0])
        return
    if os.path.isdir(path):
        raise UserError(
            f"{path} is a folder; give one text file in it, or a pattern for "
            f"several such as '{os.path.join(path, '*.txt')}'"
        )
    if not os.path.exists(path):
        raise UserError(f"{path} does not exist; check the path")
    _check_ending(path)
    if not _first_bytes(path):
        raise UserError(f"{path} is empty; give a file with one text per line")


def find(pattern: str) -> list[str]:
    """Returns the files of a path, a pattern or an address, in order.

    Raises:
        UserError: if no file matches, one has an unknown ending, or the files
            cannot be listed.
    """
    try:
        found = file_system.find(pattern)
    except file_system.errors(pattern) as error:
        raise UserError(
            f"{pattern} cannot be reached ({one_line(error)}); check "
            "the path and your access to it"
        ) from error
    if not found:
        raise UserError(
            f"{pattern} does not exist, and no file matches it; check the path"
        )
    for path in found:
        _check_ending(path)
    return found


def rows(
    path: str | Path, start: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """Reads a file, or a byte range of it, lazily and in constant memory.

    Args:
        path: a `.txt`, `.txt.gz`, `.tsv` or `.tsv.gz` file. A line of a tsv
            file is `label<TAB>text`, or a text without a label.
        start: the first byte of the range; 0 for a compressed file.
        end: the byte after the range; None for the end of the file. A line
            belongs to the range in which it begins.

    Yields:
        `(label, text)` for each line, without the line ending; `b""` for a
        missing label.

    Raises:
        UserError: if the file cannot be read or is binary.
    """
    path = os.fspath(path)
    labelled = has_labels(path)
    with _reading(path) as file:
        for text in lines(file, path, start, end):
            label, tab, rest = text.partition(b"\t")
            yield (label, rest) if labelled and tab else (b"", text)


def has_labels(path: str) -> bool:
    """Returns whether the lines of a file may begin with a label."""
    return path.endswith((".tsv", ".tsv.gz"))


def lines(
    file: BinaryIO, name: str, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """Reads an open file, or a byte range of it, line by line.

    Args:
        file: the open file, such as standard input.
        name: name of the file, for errors.
        start: the first byte of the range; see `rows`.
        end: the byte after the range; see `rows`.

    Yields:
        Each line without its line ending and without a byte order mark.

    Raises:
        UserError: if the file is binary.
    """
    position = start
    if start:
        file.seek(start - 1)
        position += len(file.readline()) - 1
    while end is None or position < end:
        line = file.readline()
        if not line:
            break
        _refuse_binary(name, line)
        text = line.removesuffix(b"\n").removesuffix(b"\r")
        yield text if position else text.removeprefix(_BYTE_ORDER_MARK)
        position += len(line)


def sha256(path: str | Path) -> str:
    """Returns the hexadecimal SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def identity(path: str | Path) -> str:
    """Returns a short name for the files of a path, usable for a folder.

    The name of a single file depends on its content and on how its ending says
    to read it. The name of a pattern or an address, which may match too much to
    read, depends on the files' names, sizes and times of change, but not on
    their folder.

    Raises:
        UserError: if no file matches.
    """
    path = os.fspath(path)
    stem = os.path.basename(path).split(".")[0]
    stem = re.sub("[^A-Za-z0-9_]+", "_", stem)[:40]
    if not file_system.is_pattern(path):
        digest = _digest(sha256(path), path.endswith(".gz"), has_labels(path))
        return f"file-{stem}-{digest}"
    digest = _digest(
        *((os.path.basename(each), *_stat(each)) for each in find(path))
    )
    return "-".join(filter(None, ["files", stem.strip("_"), digest]))


def _digest(*parts: object) -> str:
    """Returns 8 digits that depend on the parts and on how files are read."""
    listing = repr((_READING, *parts))
    return hashlib.sha256(listing.encode()).hexdigest()[:8]


def _stat(path: str) -> file_system.Stat:
    with _user_errors(path):
        return file_system.stat(path)


def _check_ending(path: str) -> None:
    if not path.endswith(ENDINGS):
        raise UserError(
            f"{path} has an unknown ending; rename it so that it ends in one "
            f"of {', '.join(ENDINGS)}"
        )


def _first_bytes(path: str) -> bytes:
    with _reading(path) as file:
        start = file.read(_SAMPLE_BYTES)
    _refuse_binary(path, start)
    return start


@contextmanager
def _reading(path: str):
    """Opens a file for reading bytes and raises errors as UserError."""
    with _user_errors(path), file_system.open_bytes(path) as file:
        if not path.endswith(".gz"):
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked


@contextmanager
def _user_errors(path: str):
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UserError(
            f"{path} is damaged or not a gzip file ({error}); create it again, "
            "or decompress it and give the result"
        ) from error
    except file_system.errors(path) as error:
        raise UserError(
            f"{path} cannot be read ({one_line(error)}); check its permissions"
        ) from error


def _refuse_binary(path: str, data: bytes) -> None:
    if b"\0" in data:
        raise UserError(
            f"{path} is binary; give a UTF-8 text file with one text per line"
        )
