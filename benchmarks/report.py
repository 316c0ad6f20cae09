"""Tables with the machine that they were measured on."""

import multiprocessing
import resource
from collections.abc import Callable, Iterable, Mapping

from hcvae_tf.training.environment import describe_environment, median_seconds


def median(function: Callable[[], object], rounds: int) -> float:
    """Median seconds of one function; see `hcvae_tf.training.timing`."""
    return median_seconds({"": function}, rounds)[""]


def peak_mib() -> float:
    """The most memory that this process ever had, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(function: Callable, *arguments: object):
    """What a module's function gives in a new process.

    Models in one process disturb each other's memory, and its peak is that of
    all of them.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def print_table(title: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Prints rows as a Markdown table under a title and the machine."""
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
