"""Fluency of texts: their cost under a character n-gram model."""

import math
from collections.abc import Iterable, Iterator

_ORDER = 5
_SIZES = range(1, _ORDER + 1)
_START, _END, _UNKNOWN = "\x02", "\x03", "\x1a"


class CharacterNgramModel:
    """A character 5-gram model with Witten-Bell smoothing, by NLTK.

    Args:
        texts: training texts, none of which the measured model was trained
            on.

    Reference:
        [Witten and Bell, 1991](https://doi.org/10.1109/18.87000)
    """

    def __init__(self, texts: Iterable[str]):
        from nltk.lm import WittenBellInterpolated

        # With an unknown character no character is impossible.
        texts = [*texts, _UNKNOWN]
        self._known = {_END, *"".join(texts)}
        self._model = WittenBellInterpolated(_ORDER)
        self._model.fit(
            (
                [gram[-size:] for gram in _ngrams(text) for size in _SIZES]
                for text in texts
            ),
            sorted({_START, *self._known}),
        )

    def bits_per_char(self, texts: Iterable[str]) -> float:
        """Returns bits over all characters of the texts, ends included."""
        bits = characters = 0
        for text in texts:
            known = "".join(
                character if character in self._known else _UNKNOWN
                for character in text
            )
            for *context, character in _ngrams(known):
                bits -= math.log2(self._model.score(character, context))
                characters += 1
        return bits / characters


def _ngrams(text: str) -> Iterator[tuple[str, ...]]:
    """Yields each character, and the end, after the characters before it."""
    padded = (*_START * (_ORDER - 1), *text, _END)
    for first in range(len(text) + 1):
        yield padded[first : first + _ORDER]
