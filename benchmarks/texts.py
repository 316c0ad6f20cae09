"""Batches of real texts, as a training reads them."""

import numpy as np

_SYNTHETIC_TEXTS = 10_000


def training_batches(
    data_file: str | None, length: int, batch: int, count: int
) -> list[np.ndarray]:
    """Returns the first batches of a training on tweets.

    Args:
        data_file: the user's own tweets, or None for synthetic ones.
        length: tokens per text.
        batch: texts per batch.
        count: number of batches.

    Returns:
        int32 arrays of shape `(batch, length)`, padded.

    Raises:
        UserError: if the file cannot be read, or has too few texts.
    """
    from pipelines.load import load

    corpus = (
        load("tweets", data_file=data_file)
        if data_file
        else load("tweets/synthetic", texts=_SYNTHETIC_TEXTS)
    )
    stream = corpus.training(length, batch, seed=0)
    return list(stream.take(count).as_numpy_iterator())
