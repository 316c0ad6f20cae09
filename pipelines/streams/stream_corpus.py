"""A corpus that is one long stream of characters."""

import tensorflow as tf

from pipelines.errors import UserError
from pipelines.streams import windows
from pipelines.streams.corpus import (
    Corpus,
    parse_texts,
    read_records,
)
from pipelines.streams.prefetching import PARALLEL, prefetched
from pipelines.streams.share import WHOLE, Share


class StreamCorpus(Corpus):
    """Corpus of one stream: all lines joined, each with its newline."""

    def training(
        self,
        length: int,
        batch_size: int,
        seed: int,
        start_step: int = 0,
        group_by_length: bool = False,
        share: Share = WHOLE,
    ) -> tf.data.Dataset:
        """See base class. Windows start at uniformly random positions.

        All have the same length.
        """
        stream = self._stream("train", length)
        return (
            tf.data.Dataset.counter(start_step)
            .map(
                lambda step: windows.random_windows(
                    stream, seed, step, batch_size, length, share
                ),
                num_parallel_calls=PARALLEL,
                deterministic=True,
            )
            .apply(prefetched)
        )

    def evaluation(
        self, split: str, length: int, batch_size: int, share: Share = WHOLE
    ) -> tf.data.Dataset:
        """See base class. A last part shorter than a window is left out."""
        tiles = windows.tile(self._stream(split, length), length)
        return (
            tf.data.Dataset.from_tensor_slices(tiles)
            .batch(batch_size)
            .map(lambda batch: batch[share.rows(batch_size)])
            .apply(prefetched)
        )

    def texts_per_pass(self, length: int) -> float:
        """See base class."""
        return self.sizes["train"] / length

    def unit(self, length: int) -> str:
        """See base class."""
        return "window"

    def _stream(self, split: str, length: int) -> tf.Tensor:
        ids = self.vocabulary.lookup(read_stream(self.files(split)))
        if tf.size(ids) < length:
            raise UserError(
                f"{self.name} has {tf.size(ids)} characters in {split}, fewer "
                f"than a window of {length}; choose `length` {tf.size(ids)} "
                "or smaller"
            )
        return ids


def read_stream(files: list[str]) -> bytes:
    """Reads lines from shards and joins them, a newline after each."""
    batches = read_records(files).batch(1 << 12)
    return b"".join(
        line + b"\n"
        for records in batches
        for line in parse_texts(records).numpy()
    )
