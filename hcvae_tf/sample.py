"""Writes new texts: `python -m hcvae_tf.sample RUN -n 20`."""

import dataclasses
from typing import Annotated

import tyro

from hcvae_tf.command_line.sampling_options import Writing, print_texts
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import UserError, parse, run_command


@dataclasses.dataclass(frozen=True)
class Sample:
    """Writes texts from random latent vectors, one a line."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run or of an export."""
    n: Annotated[int, tyro.conf.arg(aliases=["-n"])] = 20
    """How many."""
    writing: Writing = Writing()


def main() -> None:
    """Runs the command."""
    command = parse(Sample, "python -m hcvae_tf.sample")
    command.writing.check()
    if command.n < 1:
        raise UserError(f"-n must be 1 or more, not {command.n}")
    TrainedTextVAE.check(command.run)

    trained = TrainedTextVAE.load(command.run)
    print_texts(trained.sample(command.n, **vars(command.writing)))


if __name__ == "__main__":
    run_command(main)
