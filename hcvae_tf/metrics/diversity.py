"""How much texts differ from each other."""

import statistics
from collections.abc import Sequence

_GRAM = 4


def diversity(texts: Sequence[str], judged: int = 200) -> dict[str, float]:
    """Measures how varied texts are.

    Args:
        texts: two or more.
        judged: of how many the self-BLEU is taken, the first ones.

    Returns:
        `distinct`, the share of different texts; `distinct_4grams`, the
        number of different runs of four characters, over that of all;
        `self_bleu`, the mean BLEU of a text's words against those of the
        others, 0 to 1, high if they are alike; `length_mean` and
        `length_deviation`, characters.

    Reference:
        Self-BLEU: [Zhu et al., 2018](https://arxiv.org/abs/1802.01886), by
        NLTK with its first smoothing and up to four words.
    """
    grams = [
        text[place : place + _GRAM]
        for text in texts
        for place in range(len(text) - _GRAM + 1)
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
            texts[:place] + texts[place + 1 :],
            text,
            smoothing_function=smoothing,
        )
        for place, text in enumerate(texts)
    )
