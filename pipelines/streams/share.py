"""The part of each batch that one of several processes reads."""

from typing import NamedTuple


class Share(NamedTuple):
    """One of equal parts of each batch.

    Attributes:
        index: which part, from 0.
        parts: number of parts, a divisor of the batch size.
    """

    index: int = 0
    parts: int = 1

    def rows(self, batch_size: int) -> slice:
        """Returns the rows of this part; a smaller batch has fewer or none."""
        size = batch_size // self.parts
        return slice(self.index * size, (self.index + 1) * size)


WHOLE = Share()
"""All rows."""
