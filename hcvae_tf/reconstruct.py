"""Reconstructs texts from their latent vectors.

python -m hcvae_tf.reconstruct RUN TEXT
"""

import dataclasses

from hcvae_tf.command_line.arguments import RunArgument, TextsArgument
from hcvae_tf.command_line.text_input import given_texts
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Reconstruct:
    """Encodes texts and writes their reconstructions, one per line."""

    run: RunArgument
    """Folder of a training run or of an export."""
    texts: TextsArgument = ()
    """The texts; - reads them from standard input, one per line."""
    sampling: SamplingOptions = SamplingOptions()
    output: TextOutput = TextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Reconstruct, "python -m hcvae_tf.reconstruct")
    TrainedTextVAE.check(command.run)
    texts = given_texts(command.texts)

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    command.output.print(trained.reconstruct(texts, **vars(command.sampling)))


if __name__ == "__main__":
    run_command(main)
