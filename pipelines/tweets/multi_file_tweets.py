"""Builder of `tweets` from any number of a user's own files."""

from typing import ClassVar

import tensorflow_datasets as tfds

from pipelines.multi_file.builder import MultiFileBuilder
from pipelines.tweets.tweets_dataset_builder import MAX_BYTES, normalize


class MultiFileTweets(MultiFileBuilder, skip_registration=True):
    """Builds `tweets` from a pattern or an address."""

    name = "tweets"
    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar = {"1.0.0": "First version."}
    NORMALIZE = staticmethod(normalize)
    MAX_BYTES = MAX_BYTES
