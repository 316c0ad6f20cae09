"""Options for choosing the tokens of a text."""

import dataclasses

from pipelines.checks import require_at_least_0, require_at_least_1
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class SamplingOptions:
    """How the tokens of a text are chosen; greedily by default.

    Raises:
        UserError: a `ValueError`, if an option is invalid.
    """

    temperature: float = 0.0
    """0: always the most probable token; 1: draw from the model."""
    top_k: int | None = None
    """Draw from this many of the most probable tokens."""
    top_p: float | None = None
    """Draw from the fewest tokens that together reach this probability."""
    seed: int = 0
    """Seed of all random draws; equal seeds write equal texts."""

    def __post_init__(self):
        require_at_least_0(temperature=self.temperature, seed=self.seed)
        require_at_least_1(top_k=self.top_k)
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise UserError(
                f"`top_p` must be above 0 and at most 1, not {self.top_p}"
            )
