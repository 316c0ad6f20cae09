"""Writes texts along a path between two texts.

python -m hcvae_tf.interpolate RUN --from TEXT --to TEXT
"""

import dataclasses
import os
from typing import Annotated

import tyro

from hcvae_tf.command_line.arguments import FileFlag, RunArgument, TextArgument
from hcvae_tf.command_line.labelled_text_output import LabelledTextOutput
from hcvae_tf.command_line.plotting import check_chart_file
from hcvae_tf.command_line.walk_chart import draw_walk
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.checks import require_count
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class Interpolate:
    """Writes texts along a path between two latent vectors.

    Each line says where its text is: `from`, 0.5 for the middle, `to`.
    """

    run: RunArgument
    """Folder of a training run or of an export."""
    start: Annotated[TextArgument | None, tyro.conf.arg(name="from")] = None
    """Text at the start."""
    end: Annotated[TextArgument | None, tyro.conf.arg(name="to")] = None
    """Text at the end."""
    random: bool = False
    """Use two random latent vectors, from N(0, 1), instead of two texts."""
    points: int = 7
    """Number of texts, including both ends."""
    spherical: bool = False
    """Follow the great circle instead of the straight line."""
    draw: FileFlag | None = None
    """File to draw the texts to as well: .svg, .png or .pdf."""
    sampling: SamplingOptions = SamplingOptions()
    output: LabelledTextOutput = LabelledTextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Interpolate, "python -m hcvae_tf.interpolate")
    require_count(2, points=command.points)
    ends = [command.start, command.end]
    if command.random == any(end is not None for end in ends) or (
        not command.random and None in ends
    ):
        raise UserError("give --from TEXT and --to TEXT, or --random")
    if command.draw:
        check_chart_file(command.draw, "draw")

    import numpy as np

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    if command.random:
        noise = np.random.default_rng(command.sampling.seed)
        z = noise.standard_normal((2, trained.z_size), np.float32)
    else:
        z, _ = trained.encode(list(map(os.fsencode, ends)))
    written = trained.interpolate(
        *z, command.points, command.spherical, **vars(command.sampling)
    )
    positions = np.linspace(0, 1, command.points).tolist()
    labels = ["from", *(f"{each:.2f}" for each in positions[1:-1]), "to"]
    command.output.print_labelled(
        ([label], {"position": position, "text": text})
        for label, position, text in zip(
            labels, positions, written, strict=True
        )
    )
    if command.draw:
        inputs = [] if command.random else ends
        draw_walk(trained, z, written, inputs, command.draw)


if __name__ == "__main__":
    run_command(main)
