"""Texts from the command line, from standard input or from a file."""

import os
import sys
from collections.abc import Sequence

from pipelines.errors import UserError
from pipelines.files import text_files


def given_texts(texts: Sequence[str]) -> list[bytes]:
    """Returns the texts of a command line; a single - reads standard input.

    Raises:
        UserError: if no text is given.
    """
    if list(texts) == ["-"]:
        read = list(text_files.lines(sys.stdin.buffer, "standard input"))
    else:
        read = [os.fsencode(text) for text in texts]
    if not read:
        raise UserError("give one or more texts, or - for standard input")
    return read


def file_texts(path: str) -> list[bytes]:
    """Reads texts from files, one per line; drops labels before a tab.

    Raises:
        UserError: if a file cannot be read or has no texts.
    """
    text_files.check(path)
    texts = [
        text
        for file in text_files.find(path)
        for _, text in text_files.rows(file)
        if text.strip()
    ]
    if not texts:
        raise UserError(f"{path} has no texts; write one per line")
    return texts
