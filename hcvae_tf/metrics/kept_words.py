"""How many words of texts their reconstructions keep."""

from collections import Counter
from collections.abc import Iterable, Sequence

from hcvae_tf.metrics.known_words import words

_COMMON = 100


def common_words(texts: Iterable[str], count: int = _COMMON) -> set[str]:
    """Returns the most frequent words of texts, in lower case."""
    counts = Counter(word for text in texts for word in words(text))
    return {word for word, _ in counts.most_common(count)}


def kept_words(
    texts: Sequence[str], reconstructions: Sequence[str], common: set[str]
) -> dict[str, float]:
    """Measures how much of texts their reconstructions say again.

    Args:
        texts: the texts.
        reconstructions: what a model wrote from their latent vectors.
        common: words that say little, in lower case.

    Returns:
        `kept_words`, the share of the words of the texts that occur in their
        reconstructions, and `kept_rare_words`, that of the words which are not
        common; 0 if there are none.
    """
    kept, total = Counter(), Counter()
    for text, again in zip(texts, reconstructions, strict=True):
        found = set(words(again))
        for word in words(text):
            rare = word not in common
            total[rare] += 1
            kept[rare] += word in found
    return {
        "kept_words": kept.total() / max(1, total.total()),
        "kept_rare_words": kept[True] / max(1, total[True]),
    }
