"""Passes over sharded records, each in an order of its own."""

from collections.abc import Sequence

import tensorflow as tf

from pipelines.streams import windows
from pipelines.streams.corpus import read_records
from pipelines.streams.resume_position import rest_of_pass

# Shards that are read together, and records that are taken from one of them
# at a time.
_CYCLE = 4
_RUN = 64


def shuffled_passes(
    files: Sequence[str],
    lengths: Sequence[int],
    block_size: int,
    seed: int,
    start: int,
) -> tf.data.Dataset:
    """Streams records pass after pass without end.

    A pass takes the shards in random order, a few together, and shuffles what
    it reads of them block by block. The order is a pure function of the
    arguments but `start`, which costs no more than finding one's place in a
    few shards.

    Args:
        files: the shards.
        lengths: how many records each has.
        block_size: records that are shuffled together.
        seed: any integer of 64 bits.
        start: number of records to leave out.

    Returns:
        an infinite data set of serialised examples.
    """
    files = tf.constant(files)
    first_pass, skipped = divmod(start, sum(lengths))
    first_block, rest = divmod(skipped, block_size)

    def order(number: tf.Tensor | int) -> tf.Tensor:
        return tf.random.experimental.stateless_shuffle(
            tf.range(len(files)), windows.seed_pair(seed, number)
        )

    def first_one() -> tf.data.Dataset:
        shards = order(first_pass)
        pieces, few = rest_of_pass(
            [lengths[shard] for shard in shards.numpy()],
            first_block * block_size,
            _CYCLE,
            _RUN,
        )
        places, skips = zip(*pieces, strict=True)
        records = _interleaved(
            tf.gather(files, tf.gather(shards, places)),
            tf.constant(skips, tf.int64),
        )
        return blocks(first_pass, records.skip(few), first_block)

    def one_pass(number: tf.Tensor) -> tf.data.Dataset:
        shards = tf.gather(files, order(number))
        return blocks(
            number, _interleaved(shards, tf.zeros_like(files, tf.int64)), 0
        )

    def blocks(number, records, first_block) -> tf.data.Dataset:
        return (
            records.batch(block_size)
            .enumerate(first_block)
            .map(lambda block, batch: shuffled(number, block, batch))
        )

    def shuffled(number, block, records):
        # Not `Dataset.shuffle`, which also obeys `tf.random.set_seed`.
        return tf.random.experimental.stateless_shuffle(
            records, windows.seed_pair(seed, number, block)
        )

    later = tf.data.Dataset.range(first_pass + 1, tf.int64.max)
    return (
        first_one()
        .concatenate(later.flat_map(one_pass))
        .prefetch(1)
        .unbatch()
        .skip(rest)
    )


def _interleaved(files: tf.Tensor, skips: tf.Tensor) -> tf.data.Dataset:
    """Reads several shards in turns, each without its first records."""
    return tf.data.Dataset.from_tensor_slices((files, skips)).interleave(
        lambda file, skip: read_records(file).skip(skip),
        cycle_length=_CYCLE,
        block_length=_RUN,
        num_parallel_calls=tf.data.AUTOTUNE,
        deterministic=True,
    )
