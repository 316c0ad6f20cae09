"""Files on disk and, through TensorFlow, at addresses such as `gs://…`.

TensorFlow is imported only for an address.
"""

import glob
import io
import os
import re
from typing import BinaryIO, NamedTuple

from pipelines.errors import UserError

_BUFFER = 1 << 20


class Stat(NamedTuple):
    """Size in bytes and time of the last change in seconds."""

    size: int
    changed: int


def is_address(path: str) -> bool:
    """Returns whether a path is on another file system."""
    return "://" in path


def is_pattern(path: str) -> bool:
    """Returns whether a path may match several files, or is an address."""
    return is_address(path) or glob.has_magic(_split_at_existing(path)[1])


def absolute(path: str) -> str:
    """Returns the absolute path; an address is returned unchanged."""
    if is_address(path):
        return path
    return os.path.abspath(os.path.expanduser(path))


def errors(path: str) -> tuple[type[Exception], ...]:
    """Returns the exceptions that access to a path may raise."""
    return (OSError, _tf().errors.OpError) if is_address(path) else (OSError,)


def open_bytes(path: str) -> BinaryIO:
    """Opens a file for reading bytes."""
    if is_address(path):
        return io.BufferedReader(_AddressFile(path), _BUFFER)
    return open(path, "rb")


def find(pattern: str) -> list[str]:
    """Returns the files that match a pattern, sorted."""
    if is_address(pattern):
        gfile = _tf().io.gfile
        exists = gfile.exists(pattern)
        paths = [pattern] if exists else gfile.glob(pattern)
        return sorted(path for path in paths if not gfile.isdir(path))
    folder, rest = _split_at_existing(pattern)
    paths = glob.glob(os.path.join(glob.escape(folder), rest))
    return sorted(filter(os.path.isfile, paths)) if rest else [folder]


def refuse_special(path: str, library: str) -> None:
    """Raises UserError for a folder that a library would read as a pattern.

    Args:
        path: the folder.
        library: name of the library.
    """
    if re.search(r"[*?\[\]\\]", path):
        raise UserError(
            f"{path} has one of * ? [ ] \\ in its name, which {library} takes "
            "for a pattern; choose or rename the folder"
        )


def _split_at_existing(path: str) -> tuple[str, str]:
    """Splits off what does not exist: only that may be a pattern."""
    existing, rest = path, ""
    while existing and not os.path.lexists(existing):
        existing, name = os.path.split(existing)
        rest = os.path.join(name, rest) if rest else name
    return existing, rest


def stat(path: str) -> Stat:
    """Returns the size and the last change of a file."""
    if is_address(path):
        found = _tf().io.gfile.stat(path)
        return Stat(found.length, found.mtime_nsec // 10**9)
    found = os.stat(path)
    return Stat(found.st_size, int(found.st_mtime))


class _AddressFile(io.RawIOBase):
    """The bytes of a file at an address.

    TensorFlow's own reading of lines removes every carriage return.
    """

    def __init__(self, path: str):
        self._file = _tf().io.gfile.GFile(path, "rb")

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=os.SEEK_SET):
        self._file.seek(offset, whence)
        return self._file.tell()

    def readinto(self, buffer):
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        if not self.closed:
            self._file.close()
        super().close()


def _tf():
    import tensorflow as tf

    return tf
