"""Draws the training curves of runs.

python -m hcvae_tf.plot RUN OTHER-RUN --to curves.svg
"""

import dataclasses
import math
from pathlib import Path
from typing import Annotated

import tyro

from hcvae_tf.command_line.plotting import (
    check_chart_file,
    panels,
    save,
)
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError

_PANELS = {
    "val_bits_per_char": "negative ELBO, bits per character",
    "val_kl": "KL, nats per text",
}


@dataclasses.dataclass(frozen=True)
class Plot:
    """Draws validation cost and KL over training steps, one curve per run."""

    runs: Annotated[
        tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="RUN …")
    ] = ()
    """Folders of training runs; the folder's name labels the curve."""
    to: str = "curves.svg"
    """File to write: .svg, .png or .pdf."""


def main() -> None:
    """Runs the command."""
    command = parse(Plot, "python -m hcvae_tf.plot")
    if not command.runs:
        raise UserError("give the folders of one or more runs")
    check_chart_file(command.to)
    logs = {Path(name).name: _log(name) for name in command.runs}
    _draw(logs, command.to)


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
    if not any(math.isfinite(row[name]) for row in rows for name in _PANELS):
        raise UserError(f"{run.log} has no finite costs, so nothing to draw")
    return rows


def _draw(logs: dict[str, list[dict[str, float]]], file: str) -> None:
    figure, axes = panels([("training steps", y) for y in _PANELS.values()])
    for axis, column in zip(axes, _PANELS, strict=True):
        for name, rows in logs.items():
            steps = [row["step"] for row in rows]
            axis.plot(steps, [row[column] for row in rows], label=name)
        # The large values of the first epochs would flatten the rest.
        values = [row[column] for rows in logs.values() for row in rows]
        axis.set_ylim(0, _upper_limit(values))
    axes[0].legend(frameon=False)
    save(figure, file)


def _upper_limit(values: list[float]) -> float:
    finite = sorted(filter(math.isfinite, values)) or [1.0]
    return 1.1 * max(finite[: max(1, 9 * len(finite) // 10)])


if __name__ == "__main__":
    run_command(main)
