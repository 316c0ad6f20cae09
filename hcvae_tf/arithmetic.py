"""Writes the text for a - b + c of three latent vectors.

python -m hcvae_tf.arithmetic RUN --a TEXT --b TEXT --c TEXT
"""

import dataclasses
import os

from hcvae_tf.command_line.arguments import RunArgument
from hcvae_tf.command_line.text_output import print_texts
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Arithmetic:
    """Computes a - b + c on latent vectors and writes the resulting text."""

    run: RunArgument
    """Folder of a training run or of an export."""
    a: str
    """Text to start from."""
    b: str
    """Text to subtract."""
    c: str
    """Text to add."""
    sampling: SamplingOptions = SamplingOptions()


def main() -> None:
    """Runs the command."""
    command = parse(Arithmetic, "python -m hcvae_tf.arithmetic")

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    texts = map(os.fsencode, (command.a, command.b, command.c))
    print_texts([trained.arithmetic(*texts, **vars(command.sampling))])


if __name__ == "__main__":
    run_command(main)
