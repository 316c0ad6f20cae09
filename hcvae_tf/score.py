"""Prints how improbable each text is, in bits per character.

python -m hcvae_tf.score RUN TEXT
"""

import dataclasses
import math

from hcvae_tf.command_line.arguments import RunArgument, TextsArgument
from hcvae_tf.command_line.text_input import given_texts
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.inference.prior_option import PriorOption
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
    pieces: bool = False
    """Print below each text what each of its tokens costs, in bits; needs a
    run, not an export."""
    latent: PriorOption = PriorOption()
    output: TextOutput = TextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Score, "python -m hcvae_tf.score")
    TrainedTextVAE.check(command.run)
    texts = given_texts(command.texts)

    trained = TrainedTextVAE.load(command.run, command.latent.prior)
    scores = trained.score(texts)
    rows = [
        {
            "bits_per_char": float(bits),
            "text": text.decode("utf-8", "replace"),
        }
        for text, bits in zip(texts, scores.bits_per_char, strict=True)
    ]
    if not command.pieces:
        command.output.print_rows(rows)
        return
    pieces = trained.score_pieces(texts)
    for row, kl, costs in zip(rows, scores.kl, pieces, strict=True):
        parts = [("<z>", float(kl))] if trained.z_size else []
        parts += [(_as_text(piece), nats) for piece, nats in costs]
        command.output.print_costs(
            **row, parts=[(part, nats / math.log(2)) for part, nats in parts]
        )


def _as_text(piece: bytes) -> str:
    """Returns a token as text; a byte that is no character in hexadecimal."""
    if not piece:
        return "<end>"
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(f"<{value:02x}>" for value in piece)


if __name__ == "__main__":
    run_command(main)
