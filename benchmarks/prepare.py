"""Preparing tweets of several files: the plain way, and with Beam."""

import dataclasses
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import in_own_process, print_table
from pipelines import registry
from pipelines.command_line import parse, run_command

_BEAM = "--direct_running_mode=multi_processing --direct_num_workers="
_FILES = 8


@dataclasses.dataclass(frozen=True)
class Prepare:
    """Times the preparation of tweets, start of the workers included."""

    data_file: str | None = None
    """A pattern of your own files (default: tweets made up by the grammar)."""
    texts: int = 500_000
    """How many to make up."""
    processes: tuple[int, ...] = (1, 2)
    """Of Beam's workers."""
    folder: str | None = None
    """Where temporary files go (default: the system's)."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Prepare, "python -m benchmarks.prepare", sys.argv[1:], Prepare()
    )
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder:
        pattern = settings.data_file or in_own_process(
            _make_up, settings.texts, folder
        )
        registry.check("tweets", pattern, beam="")
        ways = {"plain": None}
        for processes in settings.processes:
            ways[f"Beam, processes: {processes}"] = f"{_BEAM}{processes}"
        measured = {
            way: in_own_process(_prepare, pattern, folder, options)
            for way, options in ways.items()
        }
    first = f"Beam, processes: {settings.processes[0]}"
    _, one = measured[first]
    print_table(
        f"Preparing tweets of {settings.data_file or 'the grammar'}",
        [
            {
                "way": way,
                "rows": f"{rows:,}",
                "seconds": f"{seconds:.0f}",
                "rows/s": f"{rows / seconds:,.0f}",
                f"times {first}": f"{one / seconds:.2f}",
            }
            for way, (rows, seconds) in measured.items()
        ],
    )
    return 0


def _make_up(texts, folder):
    """Writes tweets to several files; gives their pattern."""
    from pipelines.tweets import grammar

    for number in range(_FILES):
        with open(Path(folder) / f"{number}.txt", "w") as file:
            for sample in grammar.sample(texts // _FILES, seed=number):
                print(sample.text, file=file)
    return f"{folder}/*.txt"


def _prepare(pattern, folder, options):
    """How many rows were read, and in how many seconds."""
    from pipelines.load import load

    with tempfile.TemporaryDirectory(dir=folder) as data_dir:
        begin = time.perf_counter()
        corpus = load(
            "tweets", data_file=pattern, data_dir=data_dir, beam=options
        )
        return corpus.record["counts"]["read"], time.perf_counter() - begin


if __name__ == "__main__":
    run_command(main)
