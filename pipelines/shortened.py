"""Cuts off texts that are too wide for where they are shown."""

import itertools
import unicodedata


def shortened(text: str, width: int) -> str:
    """Returns a text of one line, its end replaced by an ellipsis if too wide.

    Args:
        text: a text without control characters.
        width: the most columns of a terminal, 2 or more; wide characters,
            such as Chinese ones and emoji, take two.
    """
    widths = (
        1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
    whole = sum(end <= width for end in itertools.accumulate(widths))
    return text if whole == len(text) else f"{text[: whole - 1].rstrip()}…"
