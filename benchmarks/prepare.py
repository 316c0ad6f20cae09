"""Preparing tweets from several files, without Beam and with it."""

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
    """Times the preparation of tweets, including the start of the workers."""

    data_file: str | None = None
    """Pattern of your own files (default: synthetic tweets of the grammar)."""
    texts: int = 500_000
    """Number of synthetic tweets."""
    processes: tuple[int, ...] = (1, 2)
    """Numbers of worker processes of Beam."""
    folder: str | None = None
    """Folder for temporary files (default: the system's)."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Prepare, "python -m benchmarks.prepare", sys.argv[1:], Prepare()
    )
    with tempfile.TemporaryDirectory(dir=settings.folder) as folder:
        pattern = settings.data_file or in_own_process(
            _write_synthetic, settings.texts, folder
        )
        registry.check("tweets", pattern, beam="")
        cases = {"plain": None}
        for processes in settings.processes:
            cases[f"Beam, processes: {processes}"] = f"{_BEAM}{processes}"
        measured = {
            case: in_own_process(_prepare, pattern, folder, options)
            for case, options in cases.items()
        }
    first = f"Beam, processes: {settings.processes[0]}"
    _, one = measured[first]
    print_table(
        f"Preparing tweets of {settings.data_file or 'the grammar'}",
        [
            {
                "way": case,
                "rows": f"{rows:,}",
                "seconds": f"{seconds:.0f}",
                "rows/s": f"{rows / seconds:,.0f}",
                f"times {first}": f"{one / seconds:.2f}",
            }
            for case, (rows, seconds) in measured.items()
        ],
    )
    return 0


def _write_synthetic(texts, folder):
    """Writes synthetic tweets to several files; returns their pattern."""
    from pipelines.tweets import grammar

    for number in range(_FILES):
        with open(Path(folder) / f"{number}.txt", "w") as file:
            for sample in grammar.sample(texts // _FILES, seed=number):
                print(sample.text, file=file)
    return f"{folder}/*.txt"


def _prepare(pattern, folder, options):
    """Prepares the tweets; returns the number of rows, and the seconds."""
    from pipelines.load import load

    with tempfile.TemporaryDirectory(dir=folder) as data_dir:
        begin = time.perf_counter()
        corpus = load(
            "tweets", data_file=pattern, data_dir=data_dir, beam=options
        )
        return corpus.record["counts"]["read"], time.perf_counter() - begin


if __name__ == "__main__":
    run_command(main)
