"""Atomic writing: a file is written completely or not at all."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import UserError, one_line


@contextlib.contextmanager
def replacing(file: Path, shared: bool = False) -> Iterator[Path]:
    """Yields a temporary path that is renamed to the file on success.

    A crash leaves the old file or the new one, never a partial file.

    Args:
        file: the file, which may exist; or a folder that does not exist.
        shared: whether other processes may write the file at the same time.

    Yields:
        A path that does not exist, in the same folder and with the same
        ending.

    Raises:
        OSError: if the file cannot be written.
    """
    unique = f"{uuid.uuid4().hex}-" if shared else ""
    part = file.with_name(f".part-{unique}{file.name}")
    _remove(part)
    try:
        yield part
        if part.is_file():
            with part.open("rb") as written:
                os.fsync(written.fileno())
        os.replace(part, file)
    except BaseException:
        with contextlib.suppress(OSError):
            _remove(part)
        raise


def write_text(file: Path, text: str) -> None:
    """Writes a UTF-8 file atomically.

    Raises:
        UserError: if the file cannot be written.
    """
    try:
        with replacing(file) as part:
            part.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"cannot write {file}: {one_line(error)}") from None


def check_writable(folder: Path, argument: str) -> None:
    """Checks, without writing, that a folder can be created or written.

    Args:
        folder: the folder, which may exist.
        argument: name of the argument that gives the folder.

    Raises:
        UserError: if the folder cannot be created or written.
    """
    parent = folder.absolute()
    # A link to nowhere is no place to write to.
    while not parent.exists() and not parent.is_symlink():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise UserError(
            f"cannot write to {parent}; choose another `{argument}`"
        )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
