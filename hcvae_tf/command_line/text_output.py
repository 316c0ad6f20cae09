"""Texts as lines."""

from collections.abc import Iterable

# All that any reader may take for the end of a line.
_ESCAPES = {
    ord(end): end.encode("unicode_escape").decode()
    for end in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
}


def escape(text: str) -> str:
    r"""The text in one line: a line break inside it becomes `\n`."""
    return text.translate(_ESCAPES)


def print_texts(texts: Iterable[str]) -> None:
    """Prints one text a line."""
    for text in texts:
        print(escape(text))
