"""Batches of real texts, as a training reads them."""

import numpy as np

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
    from pipelines.load import load

    corpus = (
        load("tweets/synthetic", texts=_SYNTHETIC_TEXTS)
        if data == "synthetic"
        else load("tweets", data_file=data)
    )
    stream = corpus.training(length, batch, seed=0, group_by_length=grouped)
    return list(stream.take(count).as_numpy_iterator())
