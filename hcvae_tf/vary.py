"""Writes texts along one latent dimension: `… vary RUN TEXT`."""

import dataclasses
import os
import sys
from typing import Annotated

import tyro

from hcvae_tf.command_line.sampling_options import Writing, print_texts
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import UserError, parse, run_command


@dataclasses.dataclass(frozen=True)
class Vary:
    """Writes a text again with one latent dimension at other values.

    They are quantiles of the prior, from low to high.
    """

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run or of an export."""
    text: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="TEXT")]
    """The text."""
    dimension: int | None = None
    """Which, from 0 (default: the one that says most about the text)."""
    points: int = 7
    """How many texts."""
    writing: Writing = Writing()


def main() -> None:
    """Runs the command."""
    command = parse(Vary, "python -m hcvae_tf.vary")
    command.writing.check()
    if command.points < 1:
        raise UserError(f"--points must be 1 or more, not {command.points}")
    TrainedTextVAE.check(command.run)

    from hcvae_tf.models.objective import gaussian_kl

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    z_mean, z_log_var = trained.encode([os.fsencode(command.text)])
    dimension = command.dimension
    if dimension is None:
        dimension = int(gaussian_kl(z_mean, z_log_var)[0].numpy().argmax())
        print(f"dimension {dimension}", file=sys.stderr)
    elif not 0 <= dimension < trained.z_size:
        raise UserError(
            f"--dimension must be from 0 to {trained.z_size - 1}, not "
            f"{dimension}"
        )
    print_texts(
        trained.vary(
            z_mean[0], dimension, command.points, **vars(command.writing)
        )
    )


if __name__ == "__main__":
    run_command(main)
