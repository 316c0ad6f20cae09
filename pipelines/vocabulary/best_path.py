"""The best way to cut a sequence of bytes into pieces."""

import tensorflow as tf

from pipelines.vocabulary.base_vocabulary import TERMINATOR

# A key holds the score of a path times this, plus the length of its last
# piece: the larger key has the better score and, of equal ones, the longer
# last piece.
_LENGTHS = 64
MOST_BYTES = _LENGTHS - 1
"""The longest piece, so that its length fits into a key."""
_NEVER = -(1 << 61)

# Bytes of a character of UTF-8 by the upper half of its first byte.
_CHARACTER_BYTES = (*[1] * 12, 2, 2, 3, 4)


def character_bytes(values: tf.Tensor) -> tf.Tensor:
    """Returns how many bytes the character has that begins with each value.

    Args:
        values: int32 tensor, bytes and `TERMINATOR`.

    Returns:
        int32 tensor of the same shape; 1 for what begins no character.
    """
    sizes = [_CHARACTER_BYTES[value >> 4] for value in range(TERMINATOR)] + [1]
    return tf.gather(sizes, values)


def best_path(
    values: tf.Tensor,
    matches: tf.Tensor,
    scores: tf.Tensor,
    unknown_score: int,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Cuts bytes into the pieces with the largest sum of scores.

    A character that is no piece itself can be passed at the score of an
    unknown one. Scores are integers, so that sums are exact: how a word is cut
    does not depend on what stands before it.

    The path is found between places that no piece crosses, at all of these
    stretches at the same time.

    Args:
        values: int32 tensor of shape `(places,)`, bytes and, after each text,
            `TERMINATOR`.
        matches: int32 tensor of shape `(places, bytes)`, at least four of
            them; see `PieceTrie.matches`.
        scores: int64 tensor of shape `(ids,)`.
        unknown_score: that of an unknown character.

    Returns:
        Whether each place begins a piece, bool tensor of shape `(places,)`,
        and the id of the piece that a place belongs to, int32 tensor of the
        same shape: 0 in an unknown character.

    Reference:
        [Kudo, 2018](https://arxiv.org/abs/1804.10959), section 3.2; the rule
        for unknown characters and for equal scores is that of SentencePiece.
    """
    places, most = tf.unstack(tf.shape(matches, tf.int64))
    lengths = tf.range(1, most + 1)
    size = tf.cast(character_bytes(values), tf.int64)
    # A text may end within a character.
    ends = tf.where(values == TERMINATOR)[:, 0]
    ends = tf.gather(
        ends, tf.cumsum(tf.cast(values == TERMINATOR, tf.int32), exclusive=True)
    )
    here = tf.range(places)
    size = tf.minimum(size, tf.maximum(ends - here, 1))
    known = matches != 0
    unknown = (size[:, tf.newaxis] == lengths) & ~known
    keys = tf.where(
        unknown,
        tf.constant(unknown_score, tf.int64),
        tf.gather(scores, matches),
    )
    possible = known | unknown
    keys = tf.where(possible, keys * _LENGTHS + lengths, _NEVER)
    reach = here + tf.reduce_max(tf.where(possible, lengths, 1), axis=1)
    # A place is crossed if a piece that began before it does not end there.
    ended = tf.cumsum(
        tf.math.unsorted_segment_sum(tf.ones_like(reach), reach, places + 1)
    )
    borders = tf.where(ended == tf.range(places + 1))[:, 0]
    last_bytes = _last_bytes(keys, borders)
    begins = _marked(borders, last_bytes)
    starts = tf.where(begins)[:, 0]
    piece = tf.cumsum(tf.cast(begins[:-1], tf.int32)) - 1
    columns = starts[1:] - starts[:-1] - 1
    ids = tf.gather_nd(matches, tf.stack([starts[:-1], columns], axis=1))
    return begins[:-1], tf.gather(ids, piece)


def _last_bytes(keys, borders):
    """Returns the length of the last piece of the best path to each place.

    Args:
        keys: int64 tensor of shape `(places, most)`, the key of each piece.
        borders: int64 tensor, the places that all paths go through.

    Returns:
        int64 tensor of shape `(places + 1,)`.
    """
    places, most = tf.unstack(tf.shape(keys, tf.int64))
    sizes = borders[1:] - borders[:-1]
    # The longest first, so that those that have ended are the last ones.
    order = tf.argsort(sizes, direction="DESCENDING")
    starts, sizes = tf.gather(borders[:-1], order), tf.gather(sizes, order)
    # One at least: an empty array of arrays cannot be joined.
    rounds = tf.reduce_max(tf.concat([sizes, [1]], axis=0))
    found = tf.TensorArray(
        tf.int64,
        tf.cast(rounds, tf.int32),
        infer_shape=False,
        element_shape=(None,),
    )
    where = tf.TensorArray(
        tf.int64,
        tf.cast(rounds, tf.int32),
        infer_shape=False,
        element_shape=(None,),
    )

    def body(step, pending, found, where):
        # `pending` has the best keys of paths that end in the next places.
        active = tf.math.count_nonzero(sizes > step)
        at = starts[:active] + step
        reached = tf.bitwise.bitwise_and(pending[:active, :1], -_LENGTHS)
        new = reached + tf.gather(keys, at)
        old = tf.pad(
            pending[:active, 1:], [[0, 0], [0, 1]], constant_values=_NEVER
        )
        pending = tf.maximum(old, new)
        index = tf.cast(step, tf.int32)
        last = tf.bitwise.bitwise_and(pending[:, 0], _LENGTHS - 1)
        return (
            step + 1,
            pending,
            found.write(index, last),
            where.write(index, at + 1),
        )

    first = tf.concat(
        [
            tf.zeros((tf.size(starts), 1), tf.int64),
            tf.fill(
                (tf.size(starts, tf.int64), most - 1),
                tf.constant(_NEVER, tf.int64),
            ),
        ],
        axis=1,
    )
    _, _, found, where = tf.while_loop(
        lambda step, *_: step < rounds,
        body,
        (tf.zeros((), tf.int64), first, found, where),
        shape_invariants=(
            tf.TensorShape(()),
            tf.TensorShape((None, None)),
            None,
            None,
        ),
    )
    return tf.math.unsorted_segment_sum(
        found.concat(), where.concat(), places + 1
    )


def _marked(borders, last_bytes):
    """Returns which places lie on the best path.

    Args:
        borders: int64 tensor, places on the path.
        last_bytes: int64 tensor of shape `(places + 1,)`, the steps back.

    Returns:
        bool tensor of shape `(places + 1,)`.
    """
    size = tf.size(last_bytes, tf.int64)
    marked = tf.scatter_nd(
        borders[:, tf.newaxis], tf.ones_like(borders), [size]
    )
    back = tf.range(size) - last_bytes
    widest = tf.reduce_max(borders)

    # Each round marks the places that are twice as far from a border.
    def body(distance, marked, back):
        places = tf.gather(back, tf.where(marked > 0))
        marked = tf.tensor_scatter_nd_update(
            marked, places, tf.ones_like(places[:, 0])
        )
        return 2 * distance, marked, tf.gather(back, back)

    _, marked, _ = tf.while_loop(
        lambda distance, *_: distance < widest,
        body,
        (tf.ones((), tf.int64), marked, back),
    )
    return marked > 0
