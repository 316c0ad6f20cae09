"""How likely texts are to a language model of another kind."""

import math
from collections.abc import Iterable

_ORDER = 5
_START, _END, _UNKNOWN = "\x02", "\x03", "\x1a"


class Judge:
    """A character 5-gram model with Witten-Bell smoothing, by NLTK.

    Args:
        texts: to learn from; none of those that the judged model learnt
            from, or it would be judged by what it has seen.

    Reference:
        [Witten and Bell, 1991](https://doi.org/10.1109/18.87000)
    """

    def __init__(self, texts: Iterable[str]):
        from nltk.lm import WittenBellInterpolated
        from nltk.util import everygrams

        # One unknown character, so that none is impossible.
        padded = [_padded(text) for text in (*texts, _UNKNOWN)]
        self._known = {character for text in padded for character in text}
        self._model = WittenBellInterpolated(_ORDER)
        self._model.fit(
            (everygrams(text, max_len=_ORDER) for text in padded),
            sorted(self._known),
        )

    def bits_per_char(self, texts: Iterable[str]) -> float:
        """Bits over all characters of the texts, their ends included."""
        bits = characters = 0
        for text in texts:
            padded = _padded(
                character if character in self._known else _UNKNOWN
                for character in text
            )
            for place in range(_ORDER - 1, len(padded)):
                context = tuple(padded[place - _ORDER + 1 : place])
                bits -= math.log2(self._model.score(padded[place], context))
                characters += 1
        return bits / characters


def _padded(text):
    return _START * (_ORDER - 1) + "".join(text) + _END
