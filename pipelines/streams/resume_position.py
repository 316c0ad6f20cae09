"""Where a pass over interleaved shards stands after so many records.

`tf.data` reads some shards in turns, a run of records of each; this works out
the same from the shards' lengths, so that a stream can begin in the middle of
a pass without reading what comes before.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """A shard, by its place in the pass, without its first records."""

    shard: int
    skip: int


def rest_of_pass(
    lengths: Sequence[int], records: int, cycle: int, run: int
) -> tuple[list[Piece], int]:
    """Finds what is left of a pass after some records.

    Args:
        lengths: records of each shard, in the order of the pass.
        records: how many have been read; not more than there are.
        cycle: shards that are read in turns.
        run: records taken of a shard in its turn.

    Returns:
        The shards that, interleaved in the same way, give a few records that
        have been read and then the rest of the pass; and how few: less than
        `cycle * run`.
    """
    turns: list[Piece | None] = [None] * cycle
    upcoming = 0
    while True:
        for turn, piece in enumerate(turns):
            if piece is None and upcoming < len(lengths):
                turns[turn] = Piece(upcoming, 0)
                upcoming += 1
        left = [lengths[piece.shard] - piece.skip for piece in turns if piece]
        # Whole rounds in which no shard is found to be at its end.
        rounds = min(
            [each // run for each in left]
            + [records // (run * max(1, len(left)))]
        )
        if rounds:
            records -= rounds * run * len(left)
            turns = [
                piece and Piece(piece.shard, piece.skip + rounds * run)
                for piece in turns
            ]
            continue
        of_round = sum(min(run, each) for each in left)
        if not left or records < of_round:
            break
        records -= of_round
        turns = [
            Piece(piece.shard, piece.skip + run)
            if piece and lengths[piece.shard] - piece.skip >= run
            else None
            for piece in turns
        ]
    rest = [piece for piece in turns if piece]
    rest += [Piece(shard, 0) for shard in range(upcoming, len(lengths))]
    return rest, records
