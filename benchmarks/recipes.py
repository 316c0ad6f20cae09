"""Cost over KL of trainings, and what z saves where: a table and a chart."""

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

from hcvae_tf.command_line.arguments import FileFlag
from hcvae_tf.command_line.plotting import (
    add_legend,
    check_chart_file,
    panels,
    save_and_tell,
)
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError
from pipelines.json_object import json_object

# Each colour comes back in the next style.
_STYLES = ("o", "--"), ("s", ":"), ("D", "-.")


@dataclasses.dataclass(frozen=True)
class Recipes:
    """Prints and draws the records of a folder.

    A record is what `hcvae_tf.evaluate --json` prints, with the `flags` of
    `fit`, the `steps`, the `commit` and, as `first_1000`, what `--first 1000
    --importance-samples 50` prints. One without KL is of a language model.
    Those with `--by-place --yardstick LM` also show what z saves where.
    """

    folder: Annotated[
        str, tyro.conf.Positional, tyro.conf.arg(metavar="FOLDER")
    ]
    """Folder of records, NAME.json."""
    to: FileFlag = "recipes.svg"
    """File to write: .svg, .png or .pdf."""


def main() -> int:
    """Prints the table and draws the chart."""
    command = parse(Recipes, "python -m benchmarks.recipes", sys.argv[1:])
    check_chart_file(command.to)
    from matplotlib import rcParams

    files = sorted(Path(command.folder).glob("*.json"))
    records = {file.stem: _record(file) for file in files}
    if not records:
        raise UserError(f"{command.folder} has no records, NAME.json")
    print("| name | steps | bits | KL | bits, first 1,000 | weighted |")
    print("|---|---|---|---|---|---|")
    figure, (places, axis) = panels(
        [
            ("character of the text", "bits per character that z saves"),
            ("KL, nats per text", "negative ELBO, bits per character"),
        ],
        5.0,
        4.0,
    )
    colors = len(rcParams["axes.prop_cycle"])
    for number, (name, record) in enumerate(records.items()):
        bits, kl = record["bits_per_char"], record["kl"]
        first = record.get("first_1000", {})
        cells = [
            f"{first[key]:.3f}" if key in first else "-"
            for key in ("bits_per_char", "importance_weighted_bits_per_char")
        ]
        print(
            f"| {name} | {record['steps']:,} | {bits:.3f} | "
            f"{f'{kl:.1f}' if kl else '-'} | {' | '.join(cells)} |"
        )
        color = f"C{number}"
        dot, line = _STYLES[number // colors % len(_STYLES)]
        if kl:
            axis.plot(kl, bits, dot, color=color, label=name)
        else:
            axis.axhline(bits, linestyle=line, color=color, label=name)
        _draw_places(places, record, color)
    add_legend(axis)
    save_and_tell(figure, command.to)
    return 0


def _record(file):
    try:
        record = json_object(file.read_text("utf-8"))
    except ValueError:
        record = {}
    if not {"bits_per_char", "kl", "steps"} <= record.keys():
        raise UserError(
            f"{file} is not a record, what evaluate --json prints with the "
            "steps; move it away"
        )
    return record


def _draw_places(axis, record, color):
    """Draws how much cheaper each place is than for the language model."""
    if "yardstick_by_place" not in record:
        return
    # A place without a token is None, and becomes nan.
    own = np.array(record["reconstruction_by_place"], float)
    other = np.array(record["yardstick_by_place"], float)
    places = np.arange(min(len(own), len(other)))
    saved = other[places] - own[places]
    axis.plot(record["place_width"] * (places + 0.5), saved, color=color)


if __name__ == "__main__":
    run_command(main)
