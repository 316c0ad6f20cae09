"""A character 5-gram model: what texts cost without a neural network."""

from collections.abc import Iterable

import numpy as np

_ORDER = 5
_START, _END, _UNKNOWN, _FIRST_KNOWN = range(4)
_CODE_POINTS = 0x110000


class CharacterNgramModel:
    """A character 5-gram model with interpolated Witten-Bell smoothing.

    Let C be the count of an n-gram in the training texts, N that of all n-grams
    with the same first n - 1 characters, and D the number of different ones
    among these. The probability of the last character after the others is

        p_n = (C + D · p_{n-1}) / (N + D),

    p_{n-1} if N is 0, and C / N for n = 1. Each text begins with four start
    symbols, which have no cost, and has an end, which is predicted as a
    character is. All characters that are not in the training texts count as one
    unknown character, which is added as a text of its own: none is impossible.

    Args:
        texts: one or more training texts, all `str`, whose characters are
            Unicode characters, or all `bytes`, whose characters are bytes.

    Raises:
        ValueError: there are no texts.
        TypeError: the texts are of both types.

    Reference:
        [Witten and Bell, 1991](https://doi.org/10.1109/18.87000); interpolated:
        [Chen and Goodman, 1999](https://doi.org/10.1006/csla.1999.0128)
    """

    def __init__(self, texts: Iterable[str] | Iterable[bytes]):
        texts = _not_empty(texts)
        self._join = type(texts[0])().join
        characters = _characters(self._join(texts))
        known = np.flatnonzero(np.bincount(characters))
        self._alphabet = _FIRST_KNOWN + len(known)
        self._symbol_of = np.full(_CODE_POINTS, _UNKNOWN, np.int32)
        self._symbol_of[known] = np.arange(_FIRST_KNOWN, self._alphabet)

        unknown_text = [_START] * (_ORDER - 1) + [_UNKNOWN, _END]
        symbols = np.append(
            self._symbols(texts, characters), np.array(unknown_text, np.int32)
        )
        counts = np.bincount(symbols)
        counts[_START] = 0
        self._p_1 = counts / counts.sum()
        self._levels: list[_Ngrams] = []
        grams, contexts = symbols, self._alphabet
        for n in range(2, _ORDER + 1):
            symbols = symbols[1:]
            ids = self._ids(grams[:-1], symbols)
            level = _Ngrams(ids, contexts, self._alphabet)
            self._levels.append(level)
            if n < _ORDER:
                grams, contexts = level.find(ids), level.size

    def bits_per_char(self, texts: Iterable[str] | Iterable[bytes]) -> float:
        """Returns bits over all characters of the texts, ends included.

        Args:
            texts: one or more texts of the type of the training texts.

        Raises:
            ValueError: there are no texts.
            TypeError: the texts are of another type.
        """
        texts = _not_empty(texts)
        symbols = self._symbols(texts, _characters(self._join(texts)))
        p, grams = self._p_1[symbols], symbols
        for level in self._levels:
            symbols, contexts = symbols[1:], grams[:-1]
            grams = level.find(self._ids(contexts, symbols))
            p = level.interpolate(contexts, grams, p[1:])
        return float(-np.log2(p[symbols != _START]).mean())

    def _symbols(self, texts, characters):
        """Joins texts with their starts and ends: (total symbols,) int32."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        after = np.cumsum(lengths + _ORDER)
        symbols = np.full(after[-1], -1, np.int32)
        symbols[after - 1] = _END
        firsts = after - lengths - _ORDER
        symbols[firsts[:, None] + np.arange(_ORDER - 1)] = _START
        symbols[symbols < 0] = self._symbol_of[characters]
        return symbols

    def _ids(self, contexts, symbols):
        """Numbers n-grams, (n-grams,) int64.

        Indices of the (n-1)-grams keep this small for any alphabet and n.
        """
        ids = contexts.astype(np.int64)
        ids *= self._alphabet
        ids += symbols
        return ids


class _Ngrams:
    """The n-grams of one n; the last index stands for those never seen.

    Args:
        ids: (n-grams,), as they occur in the training texts.
        contexts: number of indices of (n-1)-grams.
        alphabet: number of symbols.
    """

    def __init__(self, ids, contexts, alphabet):
        seen, counts = np.unique(ids, return_counts=True)
        context, symbol = np.divmod(seen, alphabet)
        counts[symbol == _START] = 0
        self._total = np.bincount(context, counts, contexts)
        # At least 1, so that what was never seen leaves p as it is.
        self._kinds = np.bincount(context, counts > 0, contexts).clip(min=1)
        self._seen = np.append(seen, np.iinfo(np.int64).max)
        self._counts = np.append(counts, 0)
        self.size = len(self._seen)

    def find(self, ids):
        """Returns the indices of n-grams."""
        indices = np.searchsorted(self._seen, ids)
        indices[self._seen[indices] != ids] = self.size - 1
        return indices

    def interpolate(self, contexts, grams, p):
        """Returns p_n from p_{n-1}, of (n-1)-grams and n-grams by index."""
        kinds = self._kinds[contexts]
        total = self._total[contexts] + kinds
        return (self._counts[grams] + kinds * p) / total


def _not_empty(texts):
    texts = list(texts)
    if not texts:
        raise ValueError("There are no texts.")
    return texts


def _characters(joined):
    if isinstance(joined, str):
        utf_32 = joined.encode("utf-32-le", "surrogatepass")
        return np.frombuffer(utf_32, "<u4")
    return np.frombuffer(joined, np.uint8)
