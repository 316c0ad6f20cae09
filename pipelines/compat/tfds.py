"""Private API of tensorflow-datasets that this package uses."""

import contextlib
from collections.abc import Callable, Iterator, Sequence

import tensorflow_datasets as tfds
from tensorflow_datasets.core import (
    example_serializer,
    hashing,
    shuffle,
    utils,
)
from tensorflow_datasets.core.download.download_manager import (
    NonMatchingChecksumError,
)
from tensorflow_datasets.core.download.resource import get_dl_fname
from tensorflow_datasets.core.download.util import DownloadError
from tensorflow_datasets.core.naming import ShardedFileTemplate
from tensorflow_datasets.core.utils import incomplete_file, tqdm
from tensorflow_datasets.core.utils.shard_utils import ShardConfig
from tensorflow_datasets.core.writer import ExampleWriter

__all__ = [
    "BuilderHooks",
    "DownloadError",
    "ExampleWriter",
    "NonMatchingChecksumError",
    "ShardConfig",
    "ShardedFileTemplate",
    "ShuffledExamples",
    "bounded_memory",
    "get_dl_fname",
    "incomplete_file",
    "plain_bars",
    "shard_of",
    "tqdm",
]


@contextlib.contextmanager
def bounded_memory(sort_bytes: int) -> Iterator[None]:
    """Limits TFDS's memory for sorting; more bytes are sorted in files."""
    previous = shuffle.MAX_MEM_BUFFER_SIZE
    shuffle.MAX_MEM_BUFFER_SIZE = sort_bytes
    try:
        yield
    finally:
        shuffle.MAX_MEM_BUFFER_SIZE = previous


@contextlib.contextmanager
def plain_bars() -> Iterator[None]:
    """Gives the progress bars of TFDS, but for downloads, plain names."""
    previous = utils.tqdm

    def plain(items, desc="", **settings):
        first, _, rest = desc.partition(" ")
        if rest == "splits...":
            return items
        name = "writing" if first == "Shuffling" else f"reading {rest}"
        name = name.removesuffix(" examples...")
        return previous(items, desc=name, **{**settings, "unit": " texts"})

    utils.tqdm = plain
    try:
        yield
    finally:
        utils.tqdm = previous


class BuilderHooks:
    """Gives a builder's private hooks public names.

    Must come before `tfds.core.GeneratorBasedBuilder` in the bases of a class,
    which implements `generate_splits`, `after_pipeline` and `example_writer`.
    """

    def generate_splits(
        self,
        download_config: tfds.download.DownloadConfig,
        with_tfds: Callable[[], Sequence[tfds.core.SplitInfo]],
    ) -> Sequence[tfds.core.SplitInfo]:
        """Writes all splits.

        Args:
            download_config: download configuration, with Beam's options if
                they are given.
            with_tfds: writes the splits as TFDS does, from
                `_split_generators`.
        """
        raise NotImplementedError

    def after_pipeline(self) -> None:
        """Runs after a Beam pipeline has finished."""
        raise NotImplementedError

    def example_writer(self) -> ExampleWriter:
        """Returns the writer of one shard."""
        raise NotImplementedError

    def shard_template(self, split: str) -> ShardedFileTemplate:
        """Returns the template of the names of a split's shards."""
        return self._get_filename_template(split)

    def _generate_splits(self, dl_manager, download_config):
        inherited = super()._generate_splits
        return self.generate_splits(
            download_config, lambda: inherited(dl_manager, download_config)
        )

    def _process_pipeline_result(self, pipeline_result):
        del pipeline_result
        self.after_pipeline()

    def _example_writer(self):
        return self.example_writer()


class ShuffledExamples:
    """Examples in the order of their hashed keys, as TFDS writes them.

    Args:
        features: features of the examples.
        folder: folder for temporary files.
        split: name of the split, the salt of the hash.

    Attributes:
        largest: the largest hashed key.
    """

    def __init__(self, features, folder, split: str):
        self._features = features
        self._serializer = example_serializer.ExampleSerializer(
            features.get_serialized_info()
        )
        self._hasher = hashing.Hasher(split)
        self._shuffler = shuffle.Shuffler(folder, split)
        self.largest = 0

    def add(self, key: bytes, example: dict[str, bytes]) -> None:
        """Adds an example under a unique key."""
        self.largest = max(self.largest, self._hasher.hash_key(key))
        encoded = self._features.encode_example(example)
        self._shuffler.add(key, self._serializer.serialize_example(encoded))

    @property
    def size(self) -> int:
        """Total bytes of the examples."""
        return self._shuffler.size

    @property
    def number(self) -> int:
        """Number of examples."""
        return self._shuffler.num_examples

    def __iter__(self):
        """Yields pairs of a hashed key and a serialised example."""
        bar = {"total": self.number, "unit": " texts", "mininterval": 1}
        return iter(tqdm(self._shuffler, "writing", leave=False, **bar))


def shard_of(hashed_key: int, shards: int, largest: int) -> int:
    """Returns the shard in which TFDS's Beam writer puts a hashed key."""
    return shuffle.get_bucket_number(hashed_key, shards, largest)
