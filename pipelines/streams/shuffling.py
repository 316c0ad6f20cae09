"""Endless shuffled passes over sharded records."""

from collections.abc import Sequence

import tensorflow as tf

from pipelines.streams import windows
from pipelines.streams.corpus import read_records
from pipelines.streams.prefetching import PARALLEL
from pipelines.streams.resume_position import rest_of_pass

# Shards that are read in turns, and records read from a shard in its turn.
_CYCLE = 4
RUN = 64


def shuffled_passes(
    files: Sequence[str],
    lengths: Sequence[int],
    block_size: int,
    seed: int,
    start: int,
) -> tf.data.Dataset:
    """Streams records in endless passes, each in a new order.

    A pass reads the shards in random order, several in turns, and shuffles
    their records block by block. The order is a pure function of the arguments
    except `start`. A start in the middle only skips records of a few shards.

    Args:
        files: paths of the shards.
        lengths: number of records of each shard.
        block_size: number of records that are shuffled together.
        seed: any integer of 64 bits.
        start: number of records to skip.

    Returns:
        an infinite dataset of serialised examples.
    """
    files = tf.constant(files)
    first_pass, skipped = divmod(start, sum(lengths))
    first_block, skipped_in_block = divmod(skipped, block_size)

    def order(pass_number: tf.Tensor | int) -> tf.Tensor:
        return tf.random.experimental.stateless_shuffle(
            tf.range(len(files)), windows.seed_pair(seed, pass_number)
        )

    def rest_of_first_pass() -> tf.data.Dataset:
        shards = order(first_pass)
        pieces, read_before = rest_of_pass(
            [lengths[shard] for shard in shards.numpy()],
            first_block * block_size,
            _CYCLE,
            RUN,
        )
        indices, skips = zip(*pieces, strict=True)
        records = _interleaved(
            tf.gather(files, tf.gather(shards, indices)),
            tf.constant(skips, tf.int64),
        )
        return blocks(first_pass, records.skip(read_before), first_block)

    def complete_pass(pass_number: tf.Tensor) -> tf.data.Dataset:
        shards = tf.gather(files, order(pass_number))
        records = _interleaved(shards, tf.zeros_like(files, tf.int64))
        return blocks(pass_number, records, 0)

    def blocks(pass_number, records, first_block) -> tf.data.Dataset:
        return (
            records.batch(block_size)
            .enumerate(first_block)
            .map(lambda block, batch: shuffled(pass_number, block, batch))
        )

    def shuffled(pass_number, block, records):
        # Not `Dataset.shuffle`, which also depends on `tf.random.set_seed`.
        return tf.random.experimental.stateless_shuffle(
            records, windows.seed_pair(seed, pass_number, block)
        )

    later_passes = tf.data.Dataset.range(first_pass + 1, tf.int64.max)
    return (
        rest_of_first_pass()
        .concatenate(later_passes.flat_map(complete_pass))
        .prefetch(1)
        .unbatch()
        .skip(skipped_in_block)
    )


def _interleaved(files: tf.Tensor, skips: tf.Tensor) -> tf.data.Dataset:
    """Reads several shards in turns, each without its first records."""
    return tf.data.Dataset.from_tensor_slices((files, skips)).interleave(
        lambda file, skip: read_records(file).skip(skip),
        cycle_length=_CYCLE,
        block_length=RUN,
        num_parallel_calls=PARALLEL,
        deterministic=True,
    )
