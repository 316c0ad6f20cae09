"""Builder of `definitions`: the glosses of WordNet."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import tensorflow_datasets as tfds

from pipelines.files import text_files
from pipelines.multi_file.split import SPLITS, hash_of, splitter
from pipelines.preparation.base_builder import TextBuilder


class Builder(TextBuilder):
    """Builds `definitions`: one gloss per synset, and its category."""

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First version."}
    FILE = Path(__file__).parent / "glosses.tsv.gz"

    def _info(self) -> tfds.core.DatasetInfo:
        return self.text_info(("text", "label"))

    def _split_generators(self, dl_manager: tfds.download.DownloadManager):
        split_of = splitter(hash_of(text) for _, text in self._rows())
        return {
            split: self.summarized(split, self._glosses(split, split_of))
            for split in SPLITS
        }

    def _rows(self) -> Iterator[tuple[bytes, bytes]]:
        return text_files.rows(self.FILE)

    def _glosses(self, split, split_of) -> Iterator[dict[str, bytes]]:
        count = 0
        for label, text in self._rows():
            if split_of(text) == split:
                count += 1
                yield {"text": text, "label": label}
        self.add_counts({"read": count, "kept": count})
