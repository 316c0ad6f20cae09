"""A trie of pieces as arrays, and a walk from all places of a text at once."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from pipelines.vocabulary.base_vocabulary import TERMINATOR

_ROOT = 0
# Slots that are tried at a time.
_STEP = 1 << 10


class PieceTrie:
    """Finds all pieces that begin at each place of a sequence of bytes.

    A node is a slot of the arrays. The child of node `n` for byte `b` is slot
    `base[n] + b`, if `parent` of that slot is `n`.

    Args:
        pieces: the id of each piece, above 0.
        least_bytes: columns of `matches`, if no piece is longer.

    Reference:
        Aoe, 1989, An efficient digital search algorithm by using a
        double-array structure.
    """

    def __init__(self, pieces: Mapping[bytes, int], least_bytes: int = 1):
        self.most_bytes = max([least_bytes, *map(len, pieces)])
        children: dict[bytes, list[int]] = {b"": []}
        for piece in sorted(pieces):
            for end in range(1, len(piece) + 1):
                if piece[:end] not in children:
                    children[piece[:end]] = []
                    children[piece[: end - 1]].append(piece[end - 1])
        # A node takes one slot. At worst each needs 257 more for itself.
        most = (len(children) + 2) * (TERMINATOR + 1)
        free = np.ones(most + _STEP, bool)
        # Then no slot of a byte is below 0.
        free[:TERMINATOR] = False
        first = TERMINATOR
        slots, bases = {b"": _ROOT}, {}
        # Parents before their children.
        for prefix in sorted(children, key=len):
            if following := children[prefix]:
                while not free[first]:
                    first += 1
                base = _free_base(free, first, np.array(following))
                bases[prefix] = base
                for byte in following:
                    free[base + byte] = False
                    slots[prefix + bytes([byte])] = base + byte
        # Room for any byte after any node.
        size = max([*slots.values(), *bases.values()]) + TERMINATOR + 1
        self._base = np.zeros(size, np.int32)
        self._parent = np.full(size, -1, np.int32)
        self._ids = np.zeros(size, np.int32)
        for prefix, slot in slots.items():
            self._base[slot] = bases.get(prefix, 0)
            self._ids[slot] = pieces.get(prefix, 0)
            if prefix:
                self._parent[slot] = slots[prefix[:-1]]

    def matches(self, values: tf.Tensor) -> tf.Tensor:
        """Returns the ids of the pieces that begin at each place.

        Args:
            values: int32 tensor of shape `(places,)`, bytes and `TERMINATOR`.

        Returns:
            int32 tensor of shape `(places, most_bytes)`: in column k the id of
            the piece of k + 1 bytes, or 0.
        """
        # Once: each use of an array would be one more constant in a graph.
        base, parent, ids = map(
            tf.constant, (self._base, self._parent, self._ids)
        )
        places = tf.size(values)
        values = tf.pad(
            values, [[0, self.most_bytes]], constant_values=TERMINATOR
        )
        node = tf.fill([places], _ROOT)
        alive = tf.fill([places], True)
        columns = []
        for depth in range(self.most_bytes):
            slot = tf.gather(base, node) + values[depth : depth + places]
            alive &= tf.gather(parent, slot) == node
            node = tf.where(alive, slot, _ROOT)
            columns.append(tf.gather(ids, node))
        return tf.stack(columns, axis=1)


def _free_base(free, first, following):
    """Returns a base with free slots for all children, from a slot on."""
    while True:
        bases = np.flatnonzero(free[first : first + _STEP]) + first
        bases -= following[0]
        fits = free[bases[:, np.newaxis] + following].all(axis=1)
        if fits.any():
            return int(bases[fits.argmax()])
        first += _STEP
