"""Writes the text for a - b + c of three latent vectors.

python -m hcvae_tf.arithmetic RUN --a TEXT --b TEXT --c TEXT
"""

import dataclasses
import os

from hcvae_tf.command_line.arguments import RunArgument, TextArgument
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Arithmetic:
    """Computes a - b + c on latent vectors and writes the resulting text."""

    run: RunArgument
    """Folder of a training run or of an export."""
    a: TextArgument
    """Text to start from."""
    b: TextArgument
    """Text to subtract."""
    c: TextArgument
    """Text to add."""
    sampling: SamplingOptions = SamplingOptions()
    output: TextOutput = TextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Arithmetic, "python -m hcvae_tf.arithmetic")

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    texts = map(os.fsencode, (command.a, command.b, command.c))
    command.output.print([trained.arithmetic(*texts, **vars(command.sampling))])


if __name__ == "__main__":
    run_command(main)
