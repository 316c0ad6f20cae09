"""Prints how improbable each text is, in bits per character.

python -m hcvae_tf.score RUN TEXT
"""

import dataclasses

from hcvae_tf.command_line.arguments import RunArgument, TextsArgument
from hcvae_tf.command_line.text_input import given_texts
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Score:
    """Prints how improbable texts are: bits per character, a tab, the text.

    `… | sort -gr | head` shows the most improbable texts.
    """

    run: RunArgument
    """Folder of a training run or of an export."""
    texts: TextsArgument
    """The texts; - reads them from standard input, one per line."""
    output: TextOutput = TextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Score, "python -m hcvae_tf.score")
    TrainedTextVAE.check(command.run)
    texts = given_texts(command.texts)

    trained = TrainedTextVAE.load(command.run)
    scores = trained.score(texts).bits_per_char
    command.output.print_rows(
        {
            "bits_per_char": float(bits),
            "text": text.decode("utf-8", "replace"),
        }
        for text, bits in zip(texts, scores, strict=True)
    )


if __name__ == "__main__":
    run_command(main)
