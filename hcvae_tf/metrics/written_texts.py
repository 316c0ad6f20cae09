"""Measures of the texts that a model writes."""

from collections.abc import Iterator, Sequence

from hcvae_tf.metrics.character_ngram import CharacterNgramModel
from hcvae_tf.metrics.diversity import diversity
from hcvae_tf.metrics.known_words import known_words
from pipelines.streams.corpus import Corpus

_BATCH = 128
_NGRAM_TEXTS = 10_000


def written_texts(
    texts: Sequence[str], corpus: Corpus, length: int, judged: int = 200
) -> dict[str, float]:
    """Measures texts against those of a corpus.

    Args:
        texts: two or more texts that a model has written.
        corpus: the corpus on which it was trained, or one to compare with.
        length: tokens per text.
        judged: see `diversity`.

    Returns:
        The measures of `diversity`; `fluency`, bits per character of a 5-gram
        model of validation texts, on which no model was trained;
        `reverse_fluency`, those of the validation texts with a 5-gram model of
        the texts; and `known_words`, the share of words that occur in the
        train split.
    """
    held_out = validation_texts(corpus, length)
    return {
        **diversity(texts, judged),
        "fluency": CharacterNgramModel(held_out).bits_per_char(texts),
        "reverse_fluency": CharacterNgramModel(texts).bits_per_char(held_out),
        "known_words": known_words(texts, train_texts(corpus)),
    }


def train_texts(corpus: Corpus) -> Iterator[str]:
    """Yields the texts of the train split."""
    for row in corpus.texts("train").as_numpy_iterator():
        yield row["text"].decode("utf-8", "replace")


def validation_texts(corpus: Corpus, length: int) -> list[str]:
    """Returns the first windows of the validation split as texts."""
    batches = corpus.evaluation("validation", length, _BATCH)
    windows = batches.unbatch().take(_NGRAM_TEXTS).batch(_BATCH)
    return [
        text.decode("utf-8")
        for tokens in windows
        for text in corpus.vocabulary.decode(tokens).numpy()
    ]
