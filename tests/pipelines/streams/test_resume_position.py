import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.streams.resume_position import Piece, rest_of_pass


def interleaved(pieces, lengths, cycle, run):
    """Returns (shard, record) pairs in the order in which tf.data reads."""
    pairs = tf.data.Dataset.from_tensor_slices(
        (
            tf.constant([piece.shard for piece in pieces], tf.int64),
            tf.constant([piece.skip for piece in pieces], tf.int64),
        )
    ).interleave(
        lambda shard, skip: tf.data.Dataset.range(
            skip, tf.gather(tf.constant(lengths, tf.int64), shard)
        ).map(lambda record: tf.stack([shard, record])),
        cycle_length=cycle,
        block_length=run,
        num_parallel_calls=tf.data.AUTOTUNE,
        deterministic=True,
    )
    return [tuple(pair) for pair in pairs.as_numpy_iterator()]


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=9),
    st.integers(1, 4),
    st.integers(1, 4),
    st.data(),
)
def test_rest_of_pass_equals_what_tf_data_reads_next(lengths, cycle, run, data):
    pieces = [Piece(shard, 0) for shard in range(len(lengths))]
    complete = interleaved(pieces, lengths, cycle, run)
    records = data.draw(st.integers(0, len(complete)))
    rest, repeated = rest_of_pass(lengths, records, cycle, run)
    assert repeated < cycle * run
    if rest:
        rest = interleaved(rest, lengths, cycle, run)
    assert rest[repeated:] == complete[records:]


def test_rest_of_pass_is_fast_for_huge_shards():
    shards = 1000
    rest, repeated = rest_of_pass([10**12] * shards, 10**14 + 7, 4, 64)
    assert repeated < 4 * 64
    skipped = sum(piece.skip for piece in rest)
    dropped = 10**12 * (shards - len(rest))
    assert skipped + dropped + repeated == 10**14 + 7
