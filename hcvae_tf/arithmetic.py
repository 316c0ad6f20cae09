"""Writes the text at a - b + c: `… arithmetic RUN --a TEXT --b … --c …`."""

import dataclasses
import os
from typing import Annotated

import tyro

from hcvae_tf.reading import as_in_training
from hcvae_tf.run import Run
from hcvae_tf.writing import Writing, print_texts
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Arithmetic:
    """Computes a - b + c with latent vectors and writes the text there."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run."""
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
    folder = Run.open(command.run)
    folder.trained()

    from hcvae_tf.trained import TrainedTextVAE

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    texts = map(os.fsencode, (command.a, command.b, command.c))
    texts = as_in_training(list(texts), folder)
    print_texts([trained.arithmetic(*texts, **vars(command.writing))])


if __name__ == "__main__":
    run_command(main)
