"""The settings of the training objective.

    loss = reconstruction + kl_weight * kl + alpha * auxiliary + bag * bag_cost

`schedules.py` computes the KL weight, `losses.py` the loss.
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
    """The weights of the terms of the loss.

    Raises:
        UserError: (a `ValueError`) if a setting is invalid.
    """

    alpha: float = 0.2
    """Weight of the auxiliary reconstruction."""
    kl: KLWeight = "linear"
    """Schedule of the KL weight: linear grows once, cyclical several times,
    constant is always 1, none removes the KL term from the loss."""
    kl_start: float = 1_000
    """Step at which the KL weight begins to grow; below 1: a share of all
    steps."""
    kl_end: float = 8_000
    """Step at which the KL weight has grown by 1, so with --kl-floor it is 1
    earlier; below 1: a share of all steps."""
    kl_cycles: int = 4
    """Number of times that --kl cyclical grows the weight until --kl-end."""
    kl_floor: float | None = None
    """KL weight before it grows (default: 0.001 with an auxiliary loss, else
    0)."""
    free_bits: float = 0.0
    """Nats of KL in each latent dimension that cost nothing."""
    min_rate: float = 0.0
    """Minimum KL in nats per text, enforced by a Lagrange multiplier; 0: no
    minimum."""
    alpha_final: float = 1.0
    """Share of --alpha that is left from --alpha-end on, to which it falls
    evenly from --kl-end on, or from the start if the KL weight does not grow;
    1: it does not fall."""
    alpha_end: float = 0.75
    """Step from which --alpha-final holds; below 1: a share of all steps."""
    bag: float = 0.0
    """Weight of the bag of subwords, which z alone must predict, so that it
    says what a text is about; 0: none. Characters have none."""

    def __post_init__(self):
        require_positive(kl_cycles=self.kl_cycles)
        require_share(kl_floor=self.floor, alpha_final=self.alpha_final)
        require_at_least_0(
            alpha=self.alpha,
            bag=self.bag,
            free_bits=self.free_bits,
            min_rate=self.min_rate,
            kl_start=self.kl_start,
            kl_end=self.kl_end,
            alpha_end=self.alpha_end,
        )
        if self.kl not in get_args(KLWeight):
            raise UserError(
                f"`kl` must be one of {', '.join(get_args(KLWeight))}, not "
                f"{self.kl!r}"
            )
        # A share and a step can only be compared if all steps are known.
        if (self.kl_start < 1) == (self.kl_end < 1):
            self._check_order()

    def _check_order(self):
        if self.kl_start >= self.kl_end:
            raise UserError(
                f"`kl_start` must be below `kl_end`, not {self.kl_start:g} and "
                f"{self.kl_end:g}"
            )

    def in_steps(self, steps: int) -> "Objective":
        """Returns the same weights with all ends and starts in steps.

        Args:
            steps: number of all training steps.

        Raises:
            UserError: if the KL weight would end to grow before it begins, or
                alpha to fall.
        """
        start, end, alpha_end = (
            float(round(value * steps)) if value < 1 else value
            for value in (self.kl_start, self.kl_end, self.alpha_end)
        )
        if self.kl_end < 1:
            end = max(end, start + 1.0)
        if self.alpha_end < 1:
            begin = end if self.kl_grows else 0.0
            alpha_end = max(alpha_end, begin + 1.0)
        changed = dataclasses.replace(
            self, kl_start=start, kl_end=end, alpha_end=alpha_end
        )
        changed._check_order()
        if changed.alpha_falls and changed.alpha_start >= changed.alpha_end:
            raise UserError(
                "`alpha_end` must be after `kl_end`, from which on alpha "
                f"falls, not {changed.alpha_end:g} and {changed.kl_end:g}"
            )
        return changed

    def in_shares(self, steps: int) -> "Objective":
        """Returns the same weights with steps as shares of all steps.

        What ends after the training is at its end.
        """
        start, end, alpha_end = (
            min(value / steps, limit) if value >= 1 else value
            for value, limit in (
                (self.kl_start, 0.98),
                (self.kl_end, 0.99),
                (self.alpha_end, 0.995),
            )
        )
        return dataclasses.replace(
            self, kl_start=start, kl_end=end, alpha_end=alpha_end
        )

    @property
    def kl_full(self) -> float:
        """Step from which the KL weight is 1, if it grows."""
        if self.kl == "cyclical":
            return self.kl_end
        return self.kl_end - self.floor * (self.kl_end - self.kl_start)

    @property
    def floor(self) -> float:
        """The KL weight before it grows."""
        if self.kl_floor is not None:
            return self.kl_floor
        return 0.001 if self.alpha else 0.0

    @property
    def alpha_falls(self) -> bool:
        """Whether the weight of the auxiliary reconstruction changes."""
        return self.alpha > 0.0 and self.alpha_final < 1.0

    @property
    def alpha_start(self) -> float:
        """Step from which on `alpha` falls."""
        return self.kl_end if self.kl_grows else 0.0

    @property
    def kl_grows(self) -> bool:
        """Whether the KL weight grows until `kl_end`."""
        return self.kl in ("linear", "cyclical")
