"""A prepared data set as streams of character ids."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.errors import UserError
from pipelines.vocabulary import Vocabulary


@dataclass(frozen=True)
class Corpus(ABC):
    """Training and evaluation streams of one data set.

    Attributes:
        name: what was really loaded, e.g. `"tweets/synthetic"`.
        vocabulary: ids of its characters.
        record: what a run should note about its data; fit for JSON.
        default_length: characters of a window.
        sizes: number of texts of each split; of characters for `ptb`.
        builder: the prepared data set.
    """

    name: str
    vocabulary: Vocabulary
    record: dict[str, Any]
    default_length: int
    sizes: dict[str, int]
    builder: tfds.core.DatasetBuilder

    @abstractmethod
    def training(
        self, length: int, batch_size: int, seed: int, start_step: int = 0
    ) -> tf.data.Dataset:
        """Streams batches of the train split without end.

        The batch of a step is a pure function of the arguments: a stream that
        starts at a step continues as one that started at 0.

        Args:
            length: characters of a window.
            batch_size: windows of a batch.
            seed: any integer of 64 bits.
            start_step: number of batches to leave out.

        Returns:
            an infinite data set of int32 tensors of shape
            `(batch_size, length)`.

        Raises:
            UserError: if the train split is too small.
        """

    @abstractmethod
    def evaluation(
        self, split: str, length: int, batch_size: int
    ) -> tf.data.Dataset:
        """Streams a split once, in order.

        Args:
            split: `"train"`, `"validation"`, `"test"` or `"all"`.
            length: characters of a window.
            batch_size: windows of a batch; the last may have fewer.

        Returns:
            a finite data set of int32 tensors of shape `(batch, length)`.

        Raises:
            UserError: if there is no such split, or it is too small.
        """

    def texts(self, split: str) -> tf.data.Dataset:
        """Streams a split's raw features in order.

        Args:
            split: `"train"`, `"validation"`, `"test"` or `"all"`.

        Returns:
            a finite data set of dicts of scalars: `text` and what else the
            data set has (`label`, `topic`, `mood`, `log_probability`).

        Raises:
            UserError: if there is no such split.
        """
        return self._records(split).map(
            self.builder.info.features.deserialize_example,
            num_parallel_calls=tf.data.AUTOTUNE,
            deterministic=True,
        )

    def files(self, split: str) -> list[str]:
        """Returns the paths of a split's shards, in order.

        Raises:
            UserError: if there is no such split.
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
        """Serialised examples in order."""
        return read_records(self.files(split))


def read_records(files: list[str] | tf.Tensor) -> tf.data.Dataset:
    """Streams the serialised examples of one or more shards in order."""
    # TensorFlow's own default, which it would remark on each time.
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
