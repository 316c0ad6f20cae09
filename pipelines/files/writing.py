"""Writing files that appear whole, or not at all."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import UserError


@contextlib.contextmanager
def replacing(file: Path, shared: bool = False) -> Iterator[Path]:
    """Gives a place to write to that becomes the file when all went well.

    A crash leaves the old file or the new one, never a part of it.

    Args:
        file: that may exist or not; or a folder that does not exist.
        shared: whether other processes may write the same file meanwhile.

    Yields:
        A path beside it, with the same ending, where nothing is.

    Raises:
        OSError: if it cannot be written.
    """
    mark = f"{uuid.uuid4().hex}-" if shared else ""
    part = file.with_name(f".part-{mark}{file.name}")
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
    """Writes a whole file of UTF-8.

    Raises:
        UserError: if it cannot be written.
    """
    try:
        with replacing(file) as part:
            part.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}") from None


def check_writable(folder: Path, argument: str) -> None:
    """Makes sure, without writing, that a folder can be made.

    Args:
        folder: that may exist or not.
        argument: that names it.

    Raises:
        UserError: if it cannot.
    """
    parent = folder.absolute()
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise UserError(f"cannot write to {parent}; name another `{argument}`")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
