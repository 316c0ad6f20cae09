"""Writing shards so that each byte is the same, here and with Beam."""

from itertools import groupby

import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import example_serializer, hashing, shuffle
from tensorflow_datasets.core.naming import ShardedFileTemplate
from tensorflow_datasets.core.utils.shard_utils import ShardConfig
from tensorflow_datasets.core.writer import ExampleWriter


class StableWriter(ExampleWriter):
    """Writes the features of each example in a fixed order.

    A protocol buffer keeps them in a map, whose order differs from process to
    process.
    """

    def write(self, path, examples):
        """Writes pairs of a key and a serialised example to one file."""
        return super().write(
            path,
            (
                (
                    key,
                    tf.train.Example.FromString(example).SerializeToString(
                        deterministic=True
                    ),
                )
                for key, example in examples
            ),
        )


class RangeWriter:
    """Writes a split in one process just as TFDS does it with Beam.

    Examples are sorted by hashed key and cut into shards. With Beam, TFDS cuts
    where the hashed key passes equal parts of the largest one, so that each
    worker finds an example's shard alone; without, it cuts by numbers of
    examples. This one cuts by keys.

    Args:
        features: of the examples.
        template: names the shards, in a folder that exists.
        shards: chooses their number.
        example_writer: writes one file.
    """

    def __init__(
        self,
        features: tfds.features.FeaturesDict,
        template: ShardedFileTemplate,
        shards: ShardConfig,
        example_writer: ExampleWriter,
    ):
        self._features = features
        self._serializer = example_serializer.ExampleSerializer(
            features.get_serialized_info()
        )
        self._template = template
        self._shards = shards
        self._example_writer = example_writer
        self._hasher = hashing.Hasher(template.split)
        self._shuffler = shuffle.Shuffler(template.data_dir, template.split)
        self._largest = 0

    def write(self, key: bytes, example: dict[str, bytes]) -> None:
        """Adds an example under a key of its own."""
        self._largest = max(self._largest, self._hasher.hash_key(key))
        encoded = self._features.encode_example(example)
        self._shuffler.add(key, self._serializer.serialize_example(encoded))

    def finish(self) -> tfds.core.SplitInfo:
        """Writes the shards and tells what they hold."""
        ideal = self._shards.get_number_shards(
            self._shuffler.size, self._shuffler.num_examples, False
        )
        paths, lengths = [], []
        for number, examples in groupby(
            self._shuffler,
            lambda item: shuffle.get_bucket_number(
                item[0], ideal, self._largest
            ),
        ):
            # How many ranges are not empty, and so the name, is known later.
            path = self._template.data_dir / f"{self._template.split}-{number}"
            counted = _Counted(examples)
            self._example_writer.write(path, counted)
            paths.append(path)
            lengths.append(counted.number)
        for number, path in enumerate(paths):
            path.rename(
                self._template.sharded_filepath(
                    shard_index=number, num_shards=len(paths)
                )
            )
        return tfds.core.SplitInfo(
            name=self._template.split,
            shard_lengths=lengths,
            num_bytes=self._shuffler.size,
            filename_template=self._template,
        )


class _Counted:
    """Counts what is taken from an iterable."""

    def __init__(self, items):
        self._items = items
        self.number = 0

    def __iter__(self):
        for item in self._items:
            self.number += 1
            yield item
