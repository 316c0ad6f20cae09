"""Measurements in a new process, and tables that name the machine."""

import multiprocessing
import resource
from collections.abc import Callable, Iterable, Mapping

from hcvae_tf.training.environment import describe_environment, median_seconds


def median(function: Callable[[], object], rounds: int) -> float:
    """Returns the median seconds of one function; see `median_seconds`."""
    return median_seconds({"": function}, rounds)[""]


def peak_mib() -> float:
    """Returns the peak memory of this process, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(function: Callable, *arguments: object):
    """Calls a module-level function in a new process; returns its result.

    Models in one process would affect each other's memory and share its peak.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def print_table(title: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Prints rows as a Markdown table, under a title and the machine."""
    rows = [{name: str(cell) for name, cell in row.items()} for row in rows]
    widths = {
        name: max(len(name), *(len(row[name]) for row in rows))
        for name in rows[0]
    }
    print(f"\n{title}\n{describe_environment()}\n")
    print(_line({name: name for name in widths}, widths))
    print(_line({name: "-" * width for name, width in widths.items()}, widths))
    for row in rows:
        print(_line(row, widths))


def _line(row, widths):
    cells = (row[name].ljust(width) for name, width in widths.items())
    return f"| {' | '.join(cells)} |"
