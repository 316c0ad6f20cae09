"""Timing functions against each other."""

import statistics
import time
from collections.abc import Callable, Hashable, Mapping


def seconds_in_turns(
    functions: Mapping[Hashable, Callable[[], object]], rounds: int
) -> dict[Hashable, list[float]]:
    """Times functions in turns, so that a busy moment hits all of them.

    Args:
        functions: each waits for its own result. Each is called twice
            before the clock starts, to trace and warm up.
        rounds: how often each is timed.

    Returns:
        For each name its seconds, one a round.
    """
    for function in functions.values():
        function()
        function()
    seconds = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            begin = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def medians(
    functions: Mapping[Hashable, Callable[[], object]], rounds: int
) -> dict[Hashable, float]:
    """Median seconds of each function; see `seconds_in_turns`."""
    seconds = seconds_in_turns(functions, rounds)
    return {name: statistics.median(times) for name, times in seconds.items()}
