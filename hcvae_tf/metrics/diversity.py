"""Diversity of texts: how much they differ from each other."""

import statistics
from collections.abc import Sequence

_GRAM_SIZE = 4


def diversity(texts: Sequence[str], judged: int = 200) -> dict[str, float]:
    """Measures the diversity of texts.

    Args:
        texts: two or more texts.
        judged: computes self-BLEU on this many of the first texts.

    Returns:
        `distinct`, the number of distinct texts over that of all texts;
        `distinct_4grams`, the number of distinct sequences of four characters
        over that of all such sequences; `self_bleu`, the mean BLEU of a
        text's words against those of the other texts, 0 to 1, high for
        similar texts; `length_mean` and `length_deviation` (standard
        deviation), characters.

    Reference:
        Self-BLEU: [Zhu et al., 2018](https://arxiv.org/abs/1802.01886), by
        NLTK with its first smoothing and up to four words.
    """
    grams = [
        text[first : first + _GRAM_SIZE]
        for text in texts
        for first in range(len(text) - _GRAM_SIZE + 1)
    ]
    lengths = [len(text) for text in texts]
    return {
        "distinct": len(set(texts)) / len(texts),
        "distinct_4grams": len(set(grams)) / max(1, len(grams)),
        "self_bleu": _self_bleu([text.split() for text in texts[:judged]]),
        "length_mean": statistics.mean(lengths),
        "length_deviation": statistics.pstdev(lengths),
    }


def _self_bleu(texts):
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    smoothing = SmoothingFunction().method1
    return statistics.mean(
        sentence_bleu(
            texts[:index] + texts[index + 1 :],
            text,
            smoothing_function=smoothing,
        )
        for index, text in enumerate(texts)
    )
