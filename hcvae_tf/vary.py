"""Writes variants of a text along one latent dimension.

python -m hcvae_tf.vary RUN TEXT
"""

import dataclasses
import os
import sys
from typing import Annotated

import tyro

from hcvae_tf.command_line.arguments import RunArgument, TextArgument
from hcvae_tf.command_line.labelled_text_output import LabelledTextOutput
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE, quantiles
from pipelines.checks import require_count
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Vary:
    """Writes variants of a text with other values of one latent dimension.

    The values are quantiles of N(0, 1), from low to high; each line says
    which.
    """

    run: RunArgument
    """Folder of a training run or of an export."""
    text: Annotated[TextArgument, tyro.conf.Positional]
    """The text."""
    dimension: int | None = None
    """Index of the dimension, from 0 (default: the one with the largest KL)."""
    points: int = 7
    """Number of texts."""
    sampling: SamplingOptions = SamplingOptions()
    output: LabelledTextOutput = LabelledTextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Vary, "python -m hcvae_tf.vary")
    require_count(1, points=command.points)

    from hcvae_tf.models.losses import gaussian_kl

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    z_mean, z_log_var = trained.encode([os.fsencode(command.text)])
    dimension = command.dimension
    if dimension is None:
        dimension = int(gaussian_kl(z_mean, z_log_var)[0].numpy().argmax())
        print(f"dimension {dimension}", file=sys.stderr)
    written = trained.vary(
        z_mean[0], dimension, command.points, **vars(command.sampling)
    )
    command.output.print_labelled(
        (
            [f"quantile {quantile:.2f}"],
            {"dimension": dimension, "quantile": quantile, "text": text},
        )
        for quantile, text in zip(
            quantiles(command.points), written, strict=True
        )
    )


if __name__ == "__main__":
    run_command(main)
