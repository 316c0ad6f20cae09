"""Prints texts, one per line."""

from collections.abc import Iterable

# All characters that a reader may treat as the end of a line.
_ESCAPES = {
    ord(end): end.encode("unicode_escape").decode()
    for end in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
}


def escape(text: str) -> str:
    r"""Returns the text on one line: its line breaks become `\n`."""
    return text.translate(_ESCAPES)


def print_texts(texts: Iterable[str]) -> None:
    """Prints texts, one per line."""
    for text in texts:
        print(escape(text))
