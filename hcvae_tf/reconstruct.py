"""Writes texts again from their latent vectors: `… reconstruct RUN TEXT`."""

import dataclasses
from typing import Annotated

import tyro

from hcvae_tf.command_line.sampling_options import Writing, print_texts
from hcvae_tf.command_line.text_input import given_texts
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Reconstruct:
    """Encodes texts and writes what the model makes of them, one a line."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run or of an export."""
    texts: Annotated[
        tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="TEXT …")
    ] = ()
    """The texts; - reads them from standard input, one a line."""
    writing: Writing = Writing()


def main() -> None:
    """Runs the command."""
    command = parse(Reconstruct, "python -m hcvae_tf.reconstruct")
    command.writing.check()
    TrainedTextVAE.check(command.run)
    texts = given_texts(command.texts)

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    print_texts(trained.reconstruct(texts, **vars(command.writing)))


if __name__ == "__main__":
    run_command(main)
