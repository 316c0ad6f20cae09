"""How likely texts are to a language model of another kind."""

import math
from collections.abc import Iterable, Iterator

_ORDER = 5
_SIZES = range(1, _ORDER + 1)
_START, _END, _UNKNOWN = "\x02", "\x03", "\x1a"


class CharacterNgramModel:
    """A character 5-gram model with Witten-Bell smoothing, by NLTK.

    Args:
        texts: to learn from; none of those that the measured model was
            trained on.

    Reference:
        [Witten and Bell, 1991](https://doi.org/10.1109/18.87000)
    """

    def __init__(self, texts: Iterable[str]):
        from nltk.lm import WittenBellInterpolated

        # One unknown character, so that none is impossible.
        texts = [*texts, _UNKNOWN]
        self._known = {_END, *"".join(texts)}
        self._model = WittenBellInterpolated(_ORDER)
        self._model.fit(
            (
                [run[-size:] for run in _runs(text) for size in _SIZES]
                for text in texts
            ),
            sorted({_START, *self._known}),
        )

    def bits_per_char(self, texts: Iterable[str]) -> float:
        """Bits over all characters of the texts, their ends included."""
        bits = characters = 0
        for text in texts:
            known = "".join(
                character if character in self._known else _UNKNOWN
                for character in text
            )
            for *context, character in _runs(known):
                bits -= math.log2(self._model.score(character, context))
                characters += 1
        return bits / characters


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Each character, and the end, after those before it."""
    padded = (*_START * (_ORDER - 1), *text, _END)
    for place in range(len(text) + 1):
        yield padded[place : place + _ORDER]
