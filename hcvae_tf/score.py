"""Bits per character of each text: `python -m hcvae_tf.score RUN -`."""

import dataclasses
from typing import Annotated

import tyro

from hcvae_tf.reading import as_in_training, given_texts
from hcvae_tf.run import Run
from hcvae_tf.writing import escape
from pipelines.command_line import UserError, parse, run_command


@dataclasses.dataclass(frozen=True)
class Score:
    """Prints how improbable texts are: bits per character, a tab, the text.

    `… | sort -gr | head` shows the oddest.
    """

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run."""
    texts: Annotated[
        tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="TEXT …")
    ]
    """The texts; - reads them from standard input, one a line."""
    samples: int = 10
    """Latent vectors per text; more are closer to the true figure."""
    seed: int = 0
    """Of the latent vectors."""


def main() -> None:
    """Runs the command."""
    command = parse(Score, "python -m hcvae_tf.score")
    if command.samples < 1:
        raise UserError(f"--samples must be 1 or more, not {command.samples}")
    folder = Run.open(command.run)
    folder.trained()
    texts = given_texts(command.texts)

    from hcvae_tf.trained import TrainedTextVAE

    trained = TrainedTextVAE.load(command.run)
    normal = as_in_training(texts, folder)
    scores = trained.score(normal, command.samples, command.seed)
    for text, bits in zip(texts, scores, strict=True):
        print(f"{bits:.3f}\t{escape(text.decode('utf-8', 'replace'))}")


if __name__ == "__main__":
    run_command(main)
