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
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class Plot:
    """Draws validation cost and KL over training steps, one curve per run."""

    runs: Annotated[
        tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="RUN ...")
    ] = ()
    """Folders of training runs; the folder's name labels the curve,
    with as much of its path as tells the runs apart."""
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
    run = RunFolder.open(folder)
    rows = run.read_log()
    if not rows:
        raise UserError(
            f"{folder} has no log of its training; give a run with "
            f"{run.log.name}"
            if run.model.is_file()
            else f"{run.log} is missing; wait for the first epoch to end"
        )
    if not any(math.isfinite(row[name]) for row in rows for name in COLUMNS):
        raise UserError(f"{run.log} has no finite costs, so nothing to draw")
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
