"""Makes the paper's figures and tables.

python -m hcvae_tf.reproduce figure4 --scale small
"""

import dataclasses
import importlib
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import tyro

from hcvae_tf.command_line.start_settings import absolute_paths
from hcvae_tf.models.config import DataConfig
from pipelines.checks import require_at_least_1
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError

_PROG = "python -m hcvae_tf.reproduce"
_TARGETS = (
    *("figure3", "figure4", "figure5", "figure6", "table3", "table1"),
    *("samples", "interpolation", "speed", "past"),
)
_MODULES = {"past": "ablations"}
"""Of targets that are not named like their module."""


@dataclasses.dataclass(frozen=True)
class Reproduce:
    """Trains what a figure or table needs, draws it and judges the claims.

    What was stopped goes on with the same command; what is done is not done
    again.
    """

    target: Annotated[
        Literal[(*_TARGETS, "all")],
        tyro.conf.Positional,
        tyro.conf.arg(metavar="TARGET"),
    ]
    """figure3, figure4, figure5, figure6, table3, table1, samples,
    interpolation, speed, past (other ways against collapse), or all."""
    scale: Literal["paper", "small", "smoke"] = "small"
    """paper: its sizes and steps, for a GPU; small: hours on two CPU cores;
    smoke: seconds, on made-up texts."""
    only: tuple[str, ...] = ()
    """Only the runs with one of these in their names."""
    seeds: int = 1
    """How often each run is repeated; more give error bars."""
    to: str | None = None
    """Folder of results.md, its figures and records (default:
    results/SCALE)."""
    runs_dir: str | None = None
    """Folder of the training runs (default: runs/reproduce-SCALE)."""
    data_dir: str | None = None
    """Where prepared data lies (default: that of tensorflow-datasets)."""
    tweets_file: str | None = None
    """Your own tweets, as fit's --data-file."""
    draw: bool = False
    """Only draw again from the records there are."""


def main() -> int:
    """Runs the command; gives its exit status."""
    command = parse(Reproduce, _PROG)
    require_at_least_1(seeds=command.seeds)
    if command.tweets_file and not Path(command.tweets_file).is_file():
        raise UserError(f"there is no file {command.tweets_file}")

    from hcvae_tf.reproduce import record
    from hcvae_tf.reproduce.page import write_page
    from hcvae_tf.reproduce.scale import SCALES
    from hcvae_tf.training.checkpointing import TrainingStopped

    scale = SCALES[command.scale]()
    folder = Path(command.to or f"results/{command.scale}")
    runs = Path(command.runs_dir or f"runs/reproduce-{command.scale}")
    data = absolute_paths(
        DataConfig(data_file=command.tweets_file, data_dir=command.data_dir)
    )
    place = record.Locations(
        runs=runs.expanduser().absolute(),
        records=folder / "results" / "records",
        data_dir=data.data_dir,
        tweets_file=data.data_file,
    )
    modules = {
        name: importlib.import_module(
            f"hcvae_tf.reproduce.{_MODULES.get(name, name)}"
        )
        for name in _TARGETS
    }
    chosen = _TARGETS if command.target == "all" else (command.target,)
    try:
        if not command.draw and not sum(
            [_run(modules[target], command, scale, place) for target in chosen]
        ):
            raise UserError(
                f"no run has {' or '.join(command.only)} in its name"
            )
    except TrainingStopped as stopped:
        print("stopped, all saved; the same command goes on", file=sys.stderr)
        return 128 + stopped.signal
    file = folder / "results.md"
    write_page(file, place, modules, command.scale, scale)
    print(file)
    return 0


def _run(module, command, scale, place) -> int:
    """Makes the records of a target; gives how many runs were chosen."""
    from hcvae_tf.reproduce import record

    make_record = getattr(module, "make_record", record.make_record)
    runs = [
        (run, seed)
        for seed in range(command.seeds)
        for run in module.experiments(scale)
        if not command.only or any(part in run.name for part in command.only)
    ]
    begin, done = time.monotonic(), 0
    for number, (run, seed) in enumerate(runs):
        name = run.folder_name(seed)
        if record.read_record(place, name) is None:
            left = ""
            if done:
                rate = (time.monotonic() - begin) / done
                minutes = rate * (len(runs) - number) / 60
                left = f", about {minutes:.0f} minutes left"
            print(
                f"{module.TITLE}: {number + 1} of {len(runs)}, {name}{left}",
                file=sys.stderr,
            )
            done += 1
        make_record(run, seed, scale, place)
    return len(runs)


if __name__ == "__main__":
    run_command(main)
