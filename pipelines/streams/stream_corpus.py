"""A corpus that is one long stream of tokens."""

import functools
from collections.abc import Iterator

import tensorflow as tf

from pipelines.errors import UserError
from pipelines.streams import windows
from pipelines.streams.as_written import as_written
from pipelines.streams.corpus import (
    Corpus,
    parse_texts,
    read_records,
)
from pipelines.streams.prefetching import PARALLEL, prefetched
from pipelines.streams.share import WHOLE, Share
from pipelines.vocabulary import BaseVocabulary


class StreamCorpus(Corpus):
    """Corpus of one stream: all lines joined, each with its newline."""

    @as_written
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

    @as_written
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
        return len(self._stream("train", length)) / length

    def unit(self, split: str, length: int) -> str:
        """See base class."""
        return "window"

    def _stream(self, split: str, length: int) -> tf.Tensor:
        ids = _encoded(tuple(self.files(split)), self.vocabulary)
        if tf.size(ids) < length:
            raise UserError(
                f"{self.name} has {tf.size(ids)} tokens in {split}, fewer than "
                f"a window of {length}; choose `length` {tf.size(ids)} or "
                "smaller"
            )
        return ids


@functools.lru_cache(maxsize=4)
def _encoded(files: tuple[str, ...], vocabulary: BaseVocabulary) -> tf.Tensor:
    """Returns the tokens of shards; no piece goes on in the next line."""
    lookup = tf.function(
        vocabulary.lookup,
        input_signature=[tf.TensorSpec((), tf.string)],
        autograph=False,
    )
    return tf.concat(list(map(lookup, read_lines(list(files)))), axis=0)


def read_lines(files: list[str]) -> Iterator[bytes]:
    """Yields the lines of shards, many at a time, a newline after each."""
    for records in read_records(files).batch(1 << 12):
        yield b"".join(line + b"\n" for line in parse_texts(records).numpy())
