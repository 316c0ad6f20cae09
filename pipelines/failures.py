"""What a failure of the machine means to a user."""

import errno
import sys

from pipelines.errors import UserError, one_line

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ADVICE = {
    errno.ENOENT: "check the path",
    errno.ENAMETOOLONG: "give a shorter one",
    errno.EACCES: "check its permissions",
    errno.EPERM: "check its permissions",
    errno.EROFS: "choose another folder",
    errno.EMFILE: "close other programs and try again",
    errno.ENFILE: "close other programs and try again",
}


def no_room(error: BaseException) -> bool:
    """Returns whether a file could not be written because the disk is full."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _NO_ROOM
    # TensorFlow and HDF5 give the system's reason only in their text.
    reasons = ("No space left", "Disk quota", "File too large", "errno = 28")
    return any(reason in str(error) for reason in reasons)


def as_user_error(error: BaseException) -> UserError | None:
    """Returns what to tell a user about an error.

    Args:
        error: any error.

    Returns:
        The reason and what to do; None if the error is one of the program.
    """
    if isinstance(error, UserError):
        return error
    if no_room(error):
        return UserError(
            f"cannot write{_file(error)}: {one_line(error)}; free disk space "
            "and try again"
        )
    if _is_no_memory(error):
        return UserError(
            "there is not enough memory for this; give fewer texts or smaller "
            f"sizes ({one_line(error) or 'out of memory'})"
        )
    if isinstance(error, OSError):
        advice = _ADVICE.get(error.errno, "check the path")
        file = _file(error) or " a file"
        return UserError(f"cannot use{file}: {one_line(error)}; {advice}")
    if _is_tensorflow(error, "OpError"):
        return UserError(
            f"TensorFlow cannot continue: {one_line(error)}; check the files "
            "that it names"
        )
    return None


def _file(error):
    name = getattr(error, "filename", None)
    return f" {name}" if name else ""


def _is_no_memory(error):
    return isinstance(error, MemoryError) or _is_tensorflow(
        error, "ResourceExhaustedError"
    )


def _is_tensorflow(error, kind):
    # An error of TensorFlow can only exist if it is imported.
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(
        error, getattr(tensorflow.errors, kind)
    )
