"""Reproduces the paper's figures and tables.

python -m hcvae_tf.reproduce figure4 --scale small
"""

import dataclasses
import importlib
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Annotated, Literal

import tyro

from hcvae_tf.command_line.arguments import FolderFlag
from hcvae_tf.command_line.start_settings import absolute_paths
from hcvae_tf.models.config import Config, DataConfig
from hcvae_tf.training.threads import share_cores
from pipelines.checks import require_at_least_1
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError
from pipelines.files import text_files

_PROG = "python -m hcvae_tf.reproduce"
_TARGETS = (
    *("figure3", "figure4", "figure5", "figure6", "table3", "table1"),
    *("samples", "interpolation", "speed", "past"),
)


def target_modules() -> dict[str, ModuleType]:
    """Returns the module of each target, by the target's name."""
    names = {target: target for target in _TARGETS} | {"past": "ablations"}
    return {
        target: importlib.import_module(f"hcvae_tf.reproduce.{name}")
        for target, name in names.items()
    }


@dataclasses.dataclass(frozen=True)
class Reproduce:
    """Trains the models of a figure or table, draws it and judges its claims.

    The same command continues a stopped run and skips finished ones.
    """

    target: Annotated[
        Literal[(*_TARGETS, "all")],
        tyro.conf.Positional,
        tyro.conf.arg(metavar="TARGET"),
    ]
    """figure3, figure4, figure5, figure6, table3, table1, samples,
    interpolation, speed, past (other methods against collapse), or all."""
    scale: Literal["paper", "small", "smoke"] = "small"
    """paper: the paper's sizes and steps, for a GPU; small: hours on two CPU
    cores; smoke: seconds, on synthetic texts."""
    only: tuple[str, ...] = ()
    """Makes only the runs whose names contain one of these words."""
    seeds: int = 1
    """Number of seeds of each run; two or more add error bars."""
    to: FolderFlag | None = None
    """Folder for results.md, its figures and records (default:
    results/SCALE)."""
    runs_dir: str | None = None
    """Folder for the training runs (default: runs/reproduce-SCALE)."""
    data_dir: str | None = None
    """Folder of prepared data (default: that of tensorflow-datasets)."""
    tweets_file: str | None = None
    """File of your own tweets, as --data-file of fit."""
    draw: bool = False
    """Only redraws the page, from the existing records."""


def main() -> int:
    """Runs the command; returns its exit status."""
    command = parse(Reproduce, _PROG)
    require_at_least_1(seeds=command.seeds)
    if command.tweets_file:
        text_files.check(command.tweets_file)
    share_cores()

    from hcvae_tf.reproduce import record
    from hcvae_tf.reproduce.page import write_page
    from hcvae_tf.reproduce.scale import SCALES
    from hcvae_tf.training.checkpointing import TrainingStopped

    scale = SCALES[command.scale]()
    folder = Path(command.to or f"results/{command.scale}")
    runs = Path(command.runs_dir or f"runs/reproduce-{command.scale}")
    data = DataConfig(data_file=command.tweets_file, data_dir=command.data_dir)
    settings = absolute_paths(Config(data=data))
    place = record.Locations(
        runs=runs.expanduser().absolute(),
        records=folder / "results" / "records",
        data=settings.data,
    )
    if command.draw and not any(place.records.glob("*.json")):
        raise UserError(
            f"there are no records in {place.records}; leave `draw` out, or "
            "give the folder of their page with `to`"
        )
    modules = target_modules()
    chosen = _TARGETS if command.target == "all" else (command.target,)
    try:
        if not command.draw and not sum(
            [_run(modules[target], command, scale, place) for target in chosen]
        ):
            raise UserError(
                f"no run has {' or '.join(command.only)} in its name; "
                "change `only`"
            )
    except TrainingStopped as stopped:
        print(
            "stopped, all saved; run the same command to go on", file=sys.stderr
        )
        return 128 + stopped.signal
    file = folder / "results.md"
    write_page(file, place, modules, command.scale, scale)
    print(file)
    return 0


def _run(module, command, scale, place) -> int:
    """Makes the records of a target; returns the number of chosen runs."""
    from hcvae_tf.reproduce import record

    make_record = getattr(module, "make_record", record.make_record)
    runs = [
        (run, seed)
        for seed in range(command.seeds)
        for run in module.experiments(scale)
        if not command.only or any(part in run.name for part in command.only)
    ]
    begin, done = time.monotonic(), 0
    names = [run.folder_name(seed) for run, seed in runs]
    missing = [name for name in names if not record.read_record(place, name)]
    for name, (run, seed) in zip(names, runs, strict=True):
        if name in missing:
            line = f"{module.TITLE}: {done + 1} of {len(missing)}, {name}"
            if done:
                rate = (time.monotonic() - begin) / done
                minutes = rate * (len(missing) - done) / 60
                line += f", about {minutes:.0f} minutes left"
            print(line, file=sys.stderr)
            done += 1
        make_record(run, seed, scale, place)
    return len(runs)


if __name__ == "__main__":
    run_command(main)
