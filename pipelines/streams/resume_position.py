"""Resume position in a pass over interleaved shards.

`tf.data` reads several shards in turns, a run of records from each. This module
computes the same from the shards' lengths, so that a stream can start in the
middle of a pass without reading the records before.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """A shard, by its index in the pass, without its first `skip` records."""

    shard: int
    skip: int


def rest_of_pass(
    lengths: Sequence[int], records: int, cycle: int, run: int
) -> tuple[list[Piece], int]:
    """Finds the rest of a pass after a number of records.

    Args:
        lengths: records of each shard, in the order of the pass.
        records: number of records read before; at most all of them.
        cycle: number of shards that are read in turns.
        run: records read from a shard in its turn.

    Returns:
        The pieces to interleave in the same way, and the number of records at
        the start of the result to skip because they were read before: less
        than `cycle * run`.
    """
    slots: list[Piece | None] = [None] * cycle
    upcoming = 0
    while True:
        for slot, piece in enumerate(slots):
            if piece is None and upcoming < len(lengths):
                slots[slot] = Piece(upcoming, 0)
                upcoming += 1
        left = [lengths[piece.shard] - piece.skip for piece in slots if piece]
        # Complete rounds, in which every shard has a full run left.
        rounds = min(
            [each // run for each in left]
            + [records // (run * max(1, len(left)))]
        )
        if rounds:
            records -= rounds * run * len(left)
            slots = [
                piece and Piece(piece.shard, piece.skip + rounds * run)
                for piece in slots
            ]
            continue
        round_size = sum(min(run, each) for each in left)
        if not left or records < round_size:
            break
        records -= round_size
        slots = [
            Piece(piece.shard, piece.skip + run)
            if piece and lengths[piece.shard] - piece.skip >= run
            else None
            for piece in slots
        ]
    rest = [piece for piece in slots if piece]
    rest += [Piece(shard, 0) for shard in range(upcoming, len(lengths))]
    return rest, records
