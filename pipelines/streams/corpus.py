"""Base class of a prepared dataset as streams of token windows."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.errors import UserError
from pipelines.streams.as_written import as_written
from pipelines.streams.prefetching import PARALLEL, prefetched
from pipelines.streams.share import WHOLE, Share
from pipelines.vocabulary import BaseVocabulary


@dataclass(frozen=True)
class Corpus(ABC):
    """Training and evaluation streams of one dataset.

    Attributes:
        name: name of the dataset actually loaded, e.g. `"tweets/synthetic"`.
        vocabulary: ids of its tokens.
        record: metadata that a run stores about its dataset, as JSON.
        default_length: default number of tokens per window.
        sizes: number of texts in each split; of bytes for `ptb`.
        builder: TFDS builder of the prepared dataset.
    """

    name: str
    vocabulary: BaseVocabulary
    record: dict[str, Any]
    default_length: int
    sizes: dict[str, int]
    builder: tfds.core.DatasetBuilder

    @abstractmethod
    def training(
        self,
        length: int,
        batch_size: int,
        seed: int,
        start_step: int = 0,
        group_by_length: bool = False,
        share: Share = WHOLE,
    ) -> tf.data.Dataset:
        """Streams batches of the train split without end.

        The batch of a step is a pure function of the arguments: a stream that
        starts at a later step continues the one that starts at step 0.

        Args:
            length: tokens per window.
            batch_size: windows per batch.
            seed: any integer of 64 bits.
            start_step: number of batches to skip.
            group_by_length: whether the texts of a batch have about the same
                length.
            share: the part of each batch to stream. All parts together are
                the batches of one process. Only own rows are encoded, unless
                the texts of all must be grouped.

        Returns:
            an infinite dataset of int32 tensors of shape
            `(batch_size // share.parts, length)`.

        Raises:
            UserError: if the train split is too small.
        """

    @abstractmethod
    def evaluation(
        self, split: str, length: int, batch_size: int, share: Share = WHOLE
    ) -> tf.data.Dataset:
        """Streams a split once, in order.

        Args:
            split: `"train"`, `"validation"`, `"test"` or `"all"`.
            length: tokens per window.
            batch_size: windows per batch; the last batch may have fewer.
            share: see `training`. Every share has the same number of batches,
                so its part of the last one may have no rows.

        Returns:
            a finite dataset of int32 tensors of shape `(rows, length)`.

        Raises:
            UserError: if the split does not exist or is too small.
        """

    @abstractmethod
    def texts_per_pass(self, length: int) -> float:
        """Returns how many windows of this length the train split fills."""

    @abstractmethod
    def unit(self, split: str, length: int) -> str:
        """Returns what a window of a split is: `"text"` or `"window"`."""

    @as_written
    def texts(self, split: str) -> tf.data.Dataset:
        """Streams a split's raw features in order.

        Args:
            split: `"train"`, `"validation"`, `"test"` or `"all"`.

        Returns:
            a finite dataset of dicts of scalars: `text` and the other features
            of the dataset (`label`, `topic`, `mood`, `log_probability`).

        Raises:
            UserError: if the split does not exist.
        """
        return (
            self._records(split)
            .map(
                self.builder.info.features.deserialize_example,
                num_parallel_calls=PARALLEL,
                deterministic=True,
            )
            .apply(prefetched)
        )

    def files(self, split: str) -> list[str]:
        """Returns the paths of a split's shards, in order.

        Raises:
            UserError: if the split does not exist.
        """
        splits = self.builder.info.splits
        if split != "all" and split not in splits:
            raise UserError(
                f"{self.name} has no split {split!r}; choose one of "
                f"{', '.join([*splits, 'all'])}"
            )
        chosen = splits if split == "all" else [split]
        return [str(path) for each in chosen for path in splits[each].filepaths]

    def _records(self, split: str) -> tf.data.Dataset:
        """Streams a split's serialised examples in order."""
        return read_records(self.files(split))


def read_records(files: list[str] | tf.Tensor) -> tf.data.Dataset:
    """Streams the serialised examples of one or more shards in order."""
    # TensorFlow's own default, which it would otherwise log each time.
    return tf.data.TFRecordDataset(files, buffer_size=1 << 18)


def parse_texts(records: tf.Tensor) -> tf.Tensor:
    """Reads the texts of a batch of serialised examples.

    Args:
        records: string tensor of shape `(batch,)`.

    Returns:
        string tensor of shape `(batch,)`.
    """
    features = {"text": tf.io.FixedLenFeature([], tf.string)}
    return tf.io.parse_example(records, features)["text"]
