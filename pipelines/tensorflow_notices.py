"""Copies stdin to stderr without TensorFlow's notices, as a program.

TensorFlow reads TF_CPP_MIN_LOG_LEVEL only after its first notices, so these
are compared with it here. Errors and what other libraries print stay.
"""

import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator

_LEVELS = {b"I": 0, b"W": 1, b"E": 2, b"F": 3}


def without_notices(lines: Iterable[bytes], level: int) -> Iterator[bytes]:
    """Yields the lines that are not notices below a level of severity."""
    has_driver = True
    for line in lines:
        if b"Could not find cuda drivers" in line:
            has_driver = False
        severity = re.match(rb"([IWEF])\d{4} ", line)
        if severity:
            shown = _LEVELS[severity[1]] >= level
        else:
            shown = level < 2 or b"before absl::InitializeLog()" not in line
        # Without a driver, this error says only that there is none.
        if level and not has_driver and b"failed call to cuInit" in line:
            shown = False
        if shown:
            yield line


if __name__ == "__main__":
    # On Ctrl-C the command ends, and this program with its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "")
    level = int(given) if given.isdigit() else 0
    for line in without_notices(sys.stdin.buffer, level):
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
