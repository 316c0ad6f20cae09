"""Base class of the dataset builders."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.errors import UserError


class _LocalInfo(tfds.core.DatasetInfo):
    """A description that comes from this package and the disk alone."""

    def initialize_from_bucket(self) -> None:
        """Does not look on TFDS's server, which leaves a folder each time."""


class TextBuilder(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """A builder of texts that stores a summary in the dataset's metadata.

    The metadata has `counts` (rows read, kept and left out) and, for each
    split under `splits`, the `sha256` of its texts, the number of bytes of
    the `longest` text and the number of `bytes` of all texts.
    """

    # Whether the dataset keeps the order of its source. This takes memory in
    # proportion to the corpus.
    KEEP_ORDER = False

    def text_info(self, names: Iterable[str], **extra) -> tfds.core.DatasetInfo:
        """Returns the description of a dataset of byte strings.

        Args:
            names: names of the features that are byte strings.
            **extra: further features by name.
        """
        # Raw byte strings, because a text may not be valid UTF-8.
        strings = {
            name: tfds.features.Tensor(shape=(), dtype=tf.string)
            for name in names
        }
        texts = self.get_metadata()
        return _LocalInfo(
            builder=self,
            description=texts.description,
            citation=texts.citation,
            features=tfds.features.FeaturesDict(strings | extra),
            metadata=tfds.core.MetadataDict(counts={}, splits={}),
            disable_shuffling=self.KEEP_ORDER,
            supervised_keys=("text", "label") if "label" in strings else None,
        )

    def add_counts(self, counts: dict[str, int]) -> None:
        """Adds to the counts in the metadata."""
        total = Counter(self.info.metadata["counts"])
        total.update(counts)
        self.info.metadata["counts"] = dict(total)

    def summarized(
        self, split: str, examples: Iterable[dict[str, Any]]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Numbers a split's examples; stores their summary after the last one.

        Raises:
            UserError: if the split has no texts.
        """
        digest, longest, size = hashlib.sha256(), 0, 0
        for key, example in enumerate(examples):
            text = example["text"]
            digest.update(b"%d:%s" % (len(text), text))
            longest = max(longest, len(text))
            size += len(text)
            yield key, example
        if not size:
            raise UserError(
                f"no text is left for the {split} split; give a larger file"
            )
        self.info.metadata["splits"][split] = {
            "sha256": digest.hexdigest(),
            "longest": longest,
            "bytes": size,
        }

    def _generate_examples(self, **kwargs):
        """Not used, because `_split_generators` returns the examples."""
        raise NotImplementedError
