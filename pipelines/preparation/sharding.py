"""Number of shards of a split."""

import tensorflow_datasets as tfds

from pipelines.compat.tfds import ShardConfig

# Small shards, so that there are enough to read in parallel and to shuffle,
# but not too many to list and to open.
SHARD_BYTES = 4 << 20
MOST_SHARDS = 1024


class Shards(ShardConfig):
    """Chooses the number of shards of a split."""

    def get_number_shards(
        self,
        total_size: int,
        num_examples: int,
        uses_precise_sharding: bool = True,
    ) -> int:
        """Returns the number of shards for a split of this size."""
        # TFDS's own computation ignores a configured `min_shard_size`.
        del uses_precise_sharding
        return max(1, min(total_size // SHARD_BYTES, num_examples, MOST_SHARDS))


class ShardedDownloadConfig(tfds.download.DownloadConfig):
    """TFDS's download configuration with the shards of this package."""

    def get_shard_config(self) -> ShardConfig:
        """Returns the configuration that chooses the number of shards."""
        return Shards()
