"""A temporary folder for libraries that leave their files behind."""

import contextlib
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def own_temporary_folder() -> Iterator[None]:
    """Gives this process a temporary folder that is deleted at the end.

    It is that of all threads, and not of child processes.
    """
    previous = tempfile.tempdir
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = previous
