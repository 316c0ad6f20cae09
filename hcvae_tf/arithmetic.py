"""Writes the text at a - b + c: `… arithmetic RUN --a TEXT --b … --c …`."""

import dataclasses
import os
from typing import Annotated

import tyro

from hcvae_tf.command_line.sampling_options import Writing, print_texts
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Arithmetic:
    """Computes a - b + c with latent vectors and writes the text there."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run or of an export."""
    a: str
    """Text to start from."""
    b: str
    """Text to take away."""
    c: str
    """Text to add."""
    writing: Writing = Writing()


def main() -> None:
    """Runs the command."""
    command = parse(Arithmetic, "python -m hcvae_tf.arithmetic")
    command.writing.check()
    TrainedTextVAE.check(command.run)

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    texts = map(os.fsencode, (command.a, command.b, command.c))
    print_texts([trained.arithmetic(*texts, **vars(command.writing))])


if __name__ == "__main__":
    run_command(main)
