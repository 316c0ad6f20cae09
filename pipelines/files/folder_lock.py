"""One process at a time writes to a folder."""

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import UserError, one_line

LOCK_FILES = (".lock", ".lock-owner")
"""Files that a lock leaves in its folder."""


@contextlib.contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Holds a folder, which is created if it is missing, for a while.

    The system gives the folder free when the process ends, however it ends.

    Raises:
        UserError: if another process holds the folder, or it cannot be written.
    """
    from filelock import FileLock, Timeout

    lock, owner = (folder / name for name in LOCK_FILES)
    held = FileLock(lock, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except Timeout:
        raise UserError(
            f"{folder} is being written by {_read(owner)}; wait until it has "
            "finished, or stop it"
        ) from None
    except OSError as error:
        raise UserError(
            f"cannot write to {folder}: {one_line(error)}; choose another "
            "folder"
        ) from None
    try:
        owner.write_text(_this_process(), "utf-8")
        yield
    finally:
        owner.unlink(missing_ok=True)
        held.release()


def _this_process():
    now = time.strftime("%Y-%m-%d %H:%M:%S")
    return f"process {os.getpid()} on {socket.gethostname()} since {now}"


def _read(owner):
    with contextlib.suppress(OSError):
        if text := owner.read_text("utf-8", "replace"):
            return text
    return "another process"
