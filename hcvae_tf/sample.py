"""Writes new texts from random latent vectors.

python -m hcvae_tf.sample RUN -n 20
"""

import dataclasses
from typing import Annotated

import tyro

from hcvae_tf.command_line.arguments import RunArgument
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.inference.prior_option import PriorOption
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.checks import require_count
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Sample:
    """Writes texts from random latent vectors, one per line."""

    run: RunArgument
    """Folder of a training run or of an export."""
    n: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 20
    """Number of texts."""
    latent: PriorOption = PriorOption()
    sampling: SamplingOptions = SamplingOptions()
    output: TextOutput = TextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Sample, "python -m hcvae_tf.sample")
    require_count(1, n=command.n)

    trained = TrainedTextVAE.load(command.run, command.latent.prior)
    command.output.print(trained.sample(command.n, **vars(command.sampling)))


if __name__ == "__main__":
    run_command(main)
