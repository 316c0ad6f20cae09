"""Batches of real texts, as a training reads them."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.streams.corpus import Corpus

_SYNTHETIC_TEXTS = 10_000


def training_batches(
    data: str, length: int, batch: int, count: int, grouped: bool = False
) -> list[np.ndarray]:
    """Returns the first batches of a training on tweets.

    Args:
        data: file of the user's own tweets, or "synthetic".
        length: tokens per text.
        batch: texts per batch.
        count: number of batches.
        grouped: whether the texts of a batch have about the same length.

    Returns:
        int32 arrays of shape `(batch, length)`, padded.

    Raises:
        UserError: if the file cannot be read, or has too few texts.
    """
    stream = tweets(data).training(
        length, batch, seed=0, group_by_length=grouped
    )
    return list(stream.take(count).as_numpy_iterator())


def tweets(data: str, subwords: int | None = None) -> "Corpus":
    """Opens tweets.

    Args:
        data: file of the user's own tweets, or "synthetic".
        subwords: size of the vocabulary, None for characters.

    Raises:
        UserError: if the file cannot be read.
    """
    from pipelines.load import load

    if data == "synthetic":
        return load(
            "tweets/synthetic", texts=_SYNTHETIC_TEXTS, subwords=subwords
        )
    return load("tweets", data_file=data, subwords=subwords)
