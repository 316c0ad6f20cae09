"""How many shards a split gets."""

import tensorflow_datasets as tfds

from pipelines.compat.tfds import ShardConfig

# Small shards: there are enough to read in parallel and to mix. Not too many
# to list and to open.
_SHARD_BYTES = 4 << 20
_MOST_SHARDS = 1024


class Shards(ShardConfig):
    """Chooses the number of shards of a split."""

    def get_number_shards(
        self,
        total_size: int,
        num_examples: int,
        uses_precise_sharding: bool = True,
    ) -> int:
        """Returns the number for so many bytes and examples."""
        # TFDS computes with its own default for `min_shard_size`, whatever
        # the configuration says.
        del uses_precise_sharding
        return max(
            1, min(total_size // _SHARD_BYTES, num_examples, _MOST_SHARDS)
        )


class ShardedDownloadConfig(tfds.download.DownloadConfig):
    """TFDS's configuration with shards of our size."""

    def get_shard_config(self) -> ShardConfig:
        """Returns how to choose the number of shards."""
        return Shards()
