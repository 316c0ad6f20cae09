"""Checks of numeric arguments; the errors name the argument."""

from collections.abc import Iterable

from pipelines.errors import UserError

# What a 32-bit integer and a 32-bit floating point number hold.
_LARGEST_INTEGER = 2**31 - 1
_LARGEST_REAL = 3.4e38
# A command writes all its texts at once.
_LARGEST_COUNT = 1_000_000
LEAST_SUBWORDS = 260
"""Ids of the smallest vocabulary: three special ones, all bytes, one piece."""
_MOST_SUBWORDS = 100_000


def require_positive(**numbers: float | None) -> None:
    """Raises UserError unless each number is None or finite and above 0."""
    for name, number in numbers.items():
        _require(name, number, "above 0", lambda given: given > 0)


def require_at_least_0(**numbers: float | None) -> None:
    """Raises UserError unless each number is None or finite and 0 or above."""
    for name, number in numbers.items():
        _require(name, number, "0 or above", lambda given: given >= 0)


def require_at_least_1(**numbers: float | None) -> None:
    """Raises UserError unless each number is None or finite and 1 or more."""
    for name, number in numbers.items():
        _require(name, number, "1 or more", lambda given: given >= 1)


def require_share(**numbers: float) -> None:
    """Raises UserError unless each number is between 0 and 1."""
    for name, number in numbers.items():
        _require(name, number, "between 0 and 1", lambda given: 0 <= given <= 1)


def require_finite(**numbers: Iterable[float]) -> None:
    """Raises UserError unless all numbers are finite as 32-bit floats."""
    for name, values in numbers.items():
        for number in values:
            _require(
                name, float(number), "finite", lambda given: given == given
            )


def require_count(least: int, **numbers: int) -> None:
    """Raises UserError unless each number is a possible number of texts."""
    for name, number in numbers.items():
        if not least <= number <= _LARGEST_COUNT:
            raise UserError(
                f"`{name}` must be from {least} to {_LARGEST_COUNT:,}, not "
                f"{number}"
            )


def require_subwords(vocabulary_size: int) -> None:
    """Raises UserError unless a vocabulary of this size has room for pieces."""
    if not LEAST_SUBWORDS <= vocabulary_size <= _MOST_SUBWORDS:
        raise UserError(
            f"`vocabulary_size` must be from {LEAST_SUBWORDS} to "
            f"{_MOST_SUBWORDS:,}, not {vocabulary_size}: it includes 256 bytes "
            "and 3 special ids"
        )


def _require(name, number, what, holds):
    if number is None:
        return
    # Not a number is not above, below or equal to anything.
    if not holds(number):
        raise UserError(f"`{name}` must be {what}, not {number}")
    largest = _LARGEST_REAL if type(number) is float else _LARGEST_INTEGER
    if abs(number) > largest:
        raise UserError(f"`{name}` must be at most {largest:g}, not {number}")
