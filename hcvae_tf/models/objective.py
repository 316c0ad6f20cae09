"""The settings of what is minimised.

    loss = reconstruction + w * KL + alpha * auxiliary

`schedules.py` computes w, `losses.py` the rest.
"""

import dataclasses
from typing import Literal, get_args

from pipelines.checks import (
    require_at_least_0,
    require_positive,
    require_share,
)
from pipelines.errors import UserError

KLWeight = Literal["linear", "cyclical", "constant", "none"]


@dataclasses.dataclass(frozen=True)
class Objective:
    """The weights of the loss.

    Raises:
        UserError: a `ValueError`, if a weight is impossible.
    """

    alpha: float = 0.2
    """Weight of the auxiliary reconstruction."""
    kl: KLWeight = "linear"
    """How the KL term is weighted: grown, grown again and again, always 1,
    or left out."""
    kl_start: int = 1_000
    """Step at which the KL weight begins to grow."""
    kl_end: int = 8_000
    """Step from which the KL weight is 1."""
    kl_cycles: int = 4
    """How often --kl cyclical grows the weight until --kl-end."""
    kl_floor: float | None = None
    """KL weight before it grows (default: 0.001 with an auxiliary loss, else
    0)."""

    free_bits: float = 0.0
    """Nats of each latent dimension that cost nothing."""
    min_rate: float = 0.0
    """Nats per text below which a Lagrange multiplier keeps KL from
    falling."""

    def __post_init__(self):
        require_positive(kl_cycles=self.kl_cycles)
        require_share(kl_floor=self.floor)
        require_at_least_0(
            alpha=self.alpha, free_bits=self.free_bits, min_rate=self.min_rate
        )
        if self.kl not in get_args(KLWeight):
            raise UserError(
                f"`kl` must be one of {', '.join(get_args(KLWeight))}, not "
                f"{self.kl!r}"
            )
        if not 0 <= self.kl_start < self.kl_end:
            raise UserError(
                "`kl_end` must come after `kl_start`: "
                f"{self.kl_start} to {self.kl_end} does not grow"
            )

    @property
    def floor(self) -> float:
        """The KL weight before it grows."""
        if self.kl_floor is not None:
            return self.kl_floor
        return 0.001 if self.alpha else 0.0

    @property
    def kl_grows(self) -> bool:
        """Whether the KL weight is 1 only from `kl_end` on."""
        return self.kl in ("linear", "cyclical")
