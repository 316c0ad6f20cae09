"""Share of words that are words of other texts: fewer are misspelt."""

import re
from collections.abc import Iterable

# Letters, with apostrophes between them.
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def words(text: str) -> list[str]:
    """Returns the words of a text in lower case, without digits and signs."""
    return _WORD.findall(text.lower())


def known_words(texts: Iterable[str], others: Iterable[str]) -> float:
    """Returns the share of the words of texts that occur in other texts.

    Args:
        texts: texts that a model has written.
        others: texts whose words count as known, such as those of its
            training.

    Returns:
        From 0 to 1; 0 if there are no words.
    """
    written = [word for text in texts for word in words(text)]
    left = set(written)
    for text in others:
        left.difference_update(words(text))
        if not left:
            break
    known = sum(word not in left for word in written)
    return known / max(1, len(written))
