"""Writers of shards that have the same bytes with and without Beam."""

from itertools import groupby

import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.compat.tfds import (
    ExampleWriter,
    ShardConfig,
    ShardedFileTemplate,
    ShuffledExamples,
    shard_of,
)


class StableWriter(ExampleWriter):
    """Writes the features of each example in a fixed order.

    A protocol buffer stores them in a map, whose order differs between
    processes.
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
    """Writes a split in one process exactly as TFDS does with Beam.

    Examples are sorted by hashed key and cut into shards. With Beam, each
    shard of TFDS is an equal range of hashed keys, so that a worker can compute
    the shard of an example alone; without Beam, it is an equal number of
    examples. This class uses ranges of keys.

    Args:
        features: features of the examples.
        template: template of the names of the shards, in a folder that exists.
        shards: chooses the number of shards.
        example_writer: writes one shard.
    """

    def __init__(
        self,
        features: tfds.features.FeaturesDict,
        template: ShardedFileTemplate,
        shards: ShardConfig,
        example_writer: ExampleWriter,
    ):
        self._template = template
        self._shards = shards
        self._example_writer = example_writer
        self._examples = ShuffledExamples(
            features, template.data_dir, template.split
        )
        self.write = self._examples.add

    def finish(self) -> tfds.core.SplitInfo:
        """Writes the shards and returns the metadata of the split."""
        examples = self._examples
        ranges = self._shards.get_number_shards(
            examples.size, examples.number, False
        )
        paths, lengths = [], []
        for number, group in groupby(
            examples, lambda item: shard_of(item[0], ranges, examples.largest)
        ):
            # The final name has the number of ranges that are not empty, which
            # is not known yet.
            path = self._template.data_dir / f"{self._template.split}-{number}"
            counted = _Counted(group)
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
            num_bytes=examples.size,
            filename_template=self._template,
        )


class _Counted:
    """Counts the items that are taken from an iterable."""

    def __init__(self, items):
        self._items = items
        self.number = 0

    def __iter__(self):
        for item in self._items:
            self.number += 1
            yield item
