"""Builder of `lines`: a user's own files with one text per line."""

from typing import ClassVar

import tensorflow_datasets as tfds

from pipelines.multi_file.builder import MultiFileBuilder
from pipelines.preparation.normalization import normalize_utf8


class Builder(MultiFileBuilder):
    """Builds `lines`: texts of any length in Unicode's composed form (NFC)."""

    VERSION = tfds.core.Version("2.0.0")
    RELEASE_NOTES: ClassVar = {
        "2.0.0": "Several files; rows that are equal are kept once.",
        "1.0.0": "First version.",
    }
    NORMALIZE = staticmethod(normalize_utf8)
