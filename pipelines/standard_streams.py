"""Standard input, output and error of a command, whatever the user made them.

They may be closed, full, in any encoding, or a pipe that nobody reads.
"""

import contextlib
import io
import os
import sys
import unicodedata
from collections.abc import Iterator


def on_one_line(text: str) -> str:
    r"""Returns a text without characters that control a terminal or a file.

    Line breaks, tabs and all other control characters become escapes such as
    `\n`, `\t` and `\x1b`.
    """
    return "".join(_escape(character) for character in text)


def _escape(character: str) -> str:
    # Control characters, and Unicode's own ends of lines and paragraphs.
    if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
        return character.encode("unicode_escape").decode()
    return character


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Makes the standard streams safe to use for a while.

    Closed ones read nothing and swallow what is written. What an encoding does
    not have is written as an escape. Messages that cannot be written to
    standard error are dropped, because work must not end for them.
    """
    _open_closed_descriptors()
    with contextlib.ExitStack() as stack:
        for number, name, mode in (
            (0, "stdin", "r"),
            (1, "stdout", "w"),
            (2, "stderr", "w"),
        ):
            if getattr(sys, name) is None:
                stream = open(number, mode, closefd=False)  # noqa: SIM115
                _set(stack, name, stream)
        stderr = sys.stderr
        if _is_descriptor(stderr, 2):
            raw = _Dropping(2, "w", closefd=False)
            text = io.TextIOWrapper(
                io.BufferedWriter(raw), stderr.encoding, line_buffering=True
            )
            _set(stack, "stderr", text)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stack.callback(stream.reconfigure, errors=stream.errors)
                stream.reconfigure(errors="backslashreplace")
        yield


def discard_output() -> None:
    """Drops what is left to write to standard output, and all that follows."""
    # Otherwise Python reports the error again when it flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Dropping(io.FileIO):
    """A file that drops what cannot be written."""

    def write(self, data):
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _open_closed_descriptors():
    """Gives closed descriptors a file, or else the next file gets them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The system chooses the lowest free number.
            os.open(os.devnull, os.O_RDWR)


def _is_descriptor(stream, number):
    try:
        return stream.fileno() == number
    except (AttributeError, OSError):
        return False


def _set(stack, name, stream):
    stack.callback(setattr, sys, name, getattr(sys, name))
    setattr(sys, name, stream)
