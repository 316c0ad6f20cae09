"""Draws the training curves of runs.

python -m hcvae_tf.plot RUN OTHER-RUN --to curves.svg
"""

import dataclasses
import math
from pathlib import Path
from typing import Annotated

import tyro

from hcvae_tf.command_line.arguments import FileFlag
from hcvae_tf.command_line.curves_chart import COLUMNS, draw_curves
from hcvae_tf.command_line.plotting import check_chart_file
from hcvae_tf.storage.export_folder import find_version, log_of
from hcvae_tf.storage.find_model import find_run
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.storage.training_log import read_log
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class Plot:
    """Draws validation cost and KL over training steps, one curve per run."""

    runs: Annotated[
        tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="RUN ...")
    ] = ()
    """Folders of training runs or exports; the folder's name labels the
    curve, with as much of its path as tells the runs apart."""
    to: FileFlag = "curves.svg"
    """File to write: .svg, .png or .pdf."""


def main() -> None:
    """Runs the command."""
    command = parse(Plot, "python -m hcvae_tf.plot")
    if not command.runs:
        raise UserError("give the folders of one or more runs")
    check_chart_file(command.to)
    logs = {Path(name).absolute(): _log(name) for name in command.runs}
    labels = _labels(list(logs))
    draw_curves(dict(zip(labels, logs.values(), strict=True)), command.to)


def _log(folder: str) -> list[dict[str, float]]:
    version = find_version(folder)
    if version and not find_run(folder):
        file = log_of(version)
    else:
        run = RunFolder.open(folder)
        file = run.log
        if not file.is_file() and not run.model.is_file():
            raise UserError(
                f"{file} is missing; wait for the first epoch to end"
            )
    rows = read_log(file)
    if not rows:
        raise UserError(
            f"{folder} has no log of its training, {file.name}; give the run "
            "that it was made from, or export that run again"
        )
    if not any(math.isfinite(row[name]) for row in rows for name in COLUMNS):
        raise UserError(f"{file} has no finite costs, so nothing to draw")
    return rows


def _labels(folders: list[Path]) -> list[str]:
    """Returns the end of each path, as much as tells all of them apart."""
    depth, labels = 0, []
    while len(set(labels)) < len(folders):
        depth += 1
        labels = [str(Path(*path.parts[-depth:])) for path in folders]
    return labels


if __name__ == "__main__":
    run_command(main)
