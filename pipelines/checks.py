"""Checks of numeric arguments; the errors name the argument."""

import math

from pipelines.errors import UserError


def require_positive(**numbers: float | None) -> None:
    """Raises UserError unless each number is None or finite and above 0."""
    for name, number in numbers.items():
        if number is not None and not 0 < number < math.inf:
            raise UserError(f"`{name}` must be above 0, not {number}")


def require_at_least_0(**numbers: float | None) -> None:
    """Raises UserError unless each number is None or finite and 0 or above."""
    for name, number in numbers.items():
        if number is not None and not 0 <= number < math.inf:
            raise UserError(f"`{name}` must be 0 or above, not {number}")


def require_at_least_1(**numbers: float | None) -> None:
    """Raises UserError unless each number is None or finite and 1 or more."""
    for name, number in numbers.items():
        if number is not None and not 1 <= number < math.inf:
            raise UserError(f"`{name}` must be 1 or more, not {number}")


def require_share(**numbers: float) -> None:
    """Raises UserError unless each number is between 0 and 1."""
    for name, number in numbers.items():
        if not 0 <= number <= 1:
            raise UserError(f"`{name}` must be between 0 and 1, not {number}")


def require_seed(seed: int, most: int) -> None:
    """Raises UserError unless the seed is between 0 and `most`."""
    if not 0 <= seed <= most:
        raise UserError(f"`seed` must be between 0 and {most}, not {seed}")
