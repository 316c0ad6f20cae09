"""Builder of `tweets`: Sentiment140, a user's own file or synthetic texts."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.errors import UserError
from pipelines.files import text_files
from pipelines.preparation.base_builder import TextBuilder
from pipelines.preparation.normalization import normalize_tweets, normalize_utf8
from pipelines.preparation.text_cleaner import TextCleaner
from pipelines.tweets import grammar, sentiment140

MAX_BYTES = 127
MAX_VALIDATION_TEXTS = 10_000
SYNTHETIC_TEXTS = 200_000

_STRINGS = ("text", "label")


@dataclass(eq=False)
class TweetsConfig(tfds.core.BuilderConfig):
    """Configuration of the source of the tweets.

    Attributes:
        path: the user's file; empty for the other sources.
        texts: number of synthetic training texts; 0 for the other sources.
        seed: seed of the synthetic texts.
    """

    path: str = ""
    texts: int = 0
    seed: int = 0


def file_config(path: str) -> TweetsConfig:
    """Returns the configuration for a user's file."""
    return TweetsConfig(
        name=text_files.identity(path), description="A user's file.", path=path
    )


def synthetic_config(
    texts: int = SYNTHETIC_TEXTS, seed: int = 0
) -> TweetsConfig:
    """Returns the configuration for synthetic tweets."""
    name = "synthetic"
    if texts != SYNTHETIC_TEXTS:
        name += f"-{texts}"
    if seed:
        name += f"-seed{seed}"
    return TweetsConfig(
        name=name,
        description="Made up by a probabilistic grammar.",
        texts=texts,
        seed=seed,
    )


def normalize(texts: tf.Tensor) -> tf.Tensor:
    """Normalises a batch of tweets: string tensors of shape `(batch,)`."""
    return normalize_tweets(normalize_utf8(texts))


class Builder(TextBuilder):
    """Builds `tweets`: short texts with the paper's preprocessing."""

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First version."}
    BUILDER_CONFIGS: ClassVar = [
        TweetsConfig(
            name="sentiment140",
            description="1.6 million tweets of 2009 labelled by emoticons.",
        ),
        synthetic_config(),
    ]
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "For sentiment140 put trainingandtestdata.zip here if it cannot be "
        "downloaded."
    )

    def _info(self) -> tfds.core.DatasetInfo:
        if not self.builder_config.texts:
            return self.text_info(_STRINGS)
        return self.text_info(
            (*_STRINGS, "topic", "mood"),
            # Otherwise TFRecords store floating point numbers as float32.
            log_probability=tfds.features.Tensor(
                shape=(), dtype=np.float64, encoding="bytes"
            ),
        )

    def _split_generators(self, dl_manager: tfds.download.DownloadManager):
        if self.builder_config.texts:
            splits = self._synthetic()
        elif self.builder_config.path:
            splits = self._file(self.builder_config.path)
        else:
            archive = dl_manager.download(sentiment140.URL)
            splits = {
                split: self._clean(sentiment140.rows(archive, split))
                for split in sentiment140.SPLITS
            }
        return {
            split: self.summarized(split, examples)
            for split, examples in splits.items()
        }

    def _clean(self, rows, skip: int = 0) -> Iterator[dict[str, bytes]]:
        cleaner = TextCleaner(normalize, MAX_BYTES)
        for row in islice(cleaner(rows), skip, None):
            yield row._asdict()
        self.add_counts(cleaner.counts)

    def _file(self, path: str) -> dict[str, Iterator[dict[str, bytes]]]:
        cleaner = TextCleaner(normalize, MAX_BYTES)
        # More texts do not change the size of the validation split.
        limit = 10 * MAX_VALIDATION_TEXTS
        kept = sum(1 for _ in islice(cleaner(text_files.rows(path)), limit))
        if kept < 2:
            raise UserError(
                f"{path} has {kept} texts of 1 to {MAX_BYTES} bytes, and 2 are "
                "needed; for longer texts use lines instead of tweets"
            )
        count = max(1, kept // 10)
        first = TextCleaner(normalize, MAX_BYTES)(text_files.rows(path))
        return {
            "train": self._clean(text_files.rows(path), skip=count),
            "validation": (row._asdict() for row in islice(first, count)),
        }

    def _synthetic(self) -> dict[str, Iterator[dict]]:
        texts, seed = self.builder_config.texts, self.builder_config.seed
        held_out = min(MAX_VALIDATION_TEXTS, texts // 10)
        sizes = {"train": texts, "validation": held_out, "test": held_out}
        return {
            split: self._samples(size, len(sizes) * seed + index)
            for index, (split, size) in enumerate(sizes.items())
        }

    def _samples(self, size: int, seed: int) -> Iterator[dict]:
        for sample in grammar.sample(size, seed):
            yield {
                "text": sample.text.encode(),
                "label": b"",
                "topic": sample.topic.encode(),
                "mood": sample.mood.encode(),
                "log_probability": np.float64(sample.log_probability),
            }
        self.add_counts({"read": size, "kept": size})
