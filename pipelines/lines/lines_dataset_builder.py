"""A user's own file of texts, one a line, of any length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import tensorflow_datasets as tfds

from pipelines import files
from pipelines.building import TextBuilder
from pipelines.lines.split import splitter
from pipelines.normalize import normalize_utf8
from pipelines.texts import Cleaner, Text


@dataclass(eq=False)
class LinesConfig(tfds.core.BuilderConfig):
    """Names the file to read.

    Attributes:
        path: a file that `pipelines.files` reads.
    """

    path: str = ""


def file_config(path: str) -> LinesConfig:
    """Returns the configuration for a user's file."""
    return LinesConfig(
        name=files.identity(path), description="A user's file.", path=path
    )


class Builder(TextBuilder):
    """Builds `lines`: texts in composed UTF-8, split by their hash."""

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First version."}

    def _info(self) -> tfds.core.DatasetInfo:
        return self.text_info(["text", "label"])

    def _split_generators(self, dl_manager: tfds.download.DownloadManager):
        del dl_manager  # Nothing is downloaded.
        split_of = splitter(row.text for row in self._texts())
        return {
            split: self.summarized(split, self._split(split, split_of))
            for split in ("train", "validation", "test")
        }

    def _split(
        self, split: str, split_of: Callable[[bytes], str]
    ) -> Iterator[dict[str, bytes]]:
        cleaner = Cleaner(normalize_utf8)
        for row in cleaner(files.rows(self.builder_config.path)):
            if split_of(row.text) == split:
                yield row._asdict()
        # Every split reads the whole file: count it once.
        if split == "train":
            self.add_counts(cleaner.counts)

    def _texts(self) -> Iterator[Text]:
        return Cleaner(normalize_utf8)(files.rows(self.builder_config.path))
