"""Writes texts between two: `… interpolate RUN --from TEXT --to TEXT`."""

import dataclasses
import os
from typing import Annotated

import tyro

from hcvae_tf.trained import TrainedTextVAE
from hcvae_tf.writing import Writing, print_texts
from pipelines.command_line import UserError, parse, run_command


@dataclasses.dataclass(frozen=True)
class Interpolate:
    """Writes texts along the way between two latent vectors, one a line."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run or of an export."""
    start: Annotated[str | None, tyro.conf.arg(name="from")] = None
    """Text at the beginning."""
    end: Annotated[str | None, tyro.conf.arg(name="to")] = None
    """Text at the end."""
    random: bool = False
    """Between two random latent vectors instead."""
    points: int = 7
    """How many texts, both ends included."""
    spherical: bool = False
    """Go along the great circle instead of the straight line."""
    writing: Writing = Writing()


def main() -> None:
    """Runs the command."""
    command = parse(Interpolate, "python -m hcvae_tf.interpolate")
    command.writing.check()
    if command.points < 2:
        raise UserError(f"--points must be 2 or more, not {command.points}")
    ends = [command.start, command.end]
    if command.random == any(end is not None for end in ends) or (
        not command.random and None in ends
    ):
        raise UserError("give --from TEXT and --to TEXT, or --random")
    TrainedTextVAE.check(command.run)

    import numpy as np

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    if command.random:
        noise = np.random.default_rng(command.writing.seed)
        z = noise.standard_normal((2, trained.z_size), np.float32)
    else:
        z, _ = trained.encode(list(map(os.fsencode, ends)))
    print_texts(
        trained.interpolate(
            *z, command.points, command.spherical, **vars(command.writing)
        )
    )


if __name__ == "__main__":
    run_command(main)
