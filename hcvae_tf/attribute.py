"""Writes variants of texts with more or less of something.

python -m hcvae_tf.attribute RUN TEXT --positive FILE --negative FILE
"""

import dataclasses
import itertools

from hcvae_tf.command_line.arguments import FileFlag, RunArgument, TextsArgument
from hcvae_tf.command_line.labelled_text_output import LabelledTextOutput
from hcvae_tf.command_line.text_input import file_texts, given_texts
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.checks import require_finite
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Attribute:
    """Writes variants of texts with more or less of an attribute.

    The attribute is the mean latent vector of some texts minus that of
    others, such as happy and sad texts. Each line says how much of it was
    added and, if there are several, to which text.
    """

    run: RunArgument
    """Folder of a training run or of an export."""
    texts: TextsArgument
    """The texts; - reads them from standard input, one per line."""
    positive: FileFlag
    """File of texts that have the attribute, one per line."""
    negative: FileFlag
    """File of texts that have the opposite, one per line."""
    strengths: tuple[float, ...] = (-1.0, 0.0, 1.0)
    """How much of the attribute to add; writes one text for each value."""
    sampling: SamplingOptions = SamplingOptions()
    output: LabelledTextOutput = LabelledTextOutput()


def main() -> None:
    """Runs the command."""
    command = parse(Attribute, "python -m hcvae_tf.attribute")
    require_finite(strengths=command.strengths)
    TrainedTextVAE.check(command.run)
    groups = [file_texts(file) for file in (command.positive, command.negative)]
    texts = given_texts(command.texts)

    import numpy as np

    trained = TrainedTextVAE.load(command.run)
    trained.require_latent()
    positive, negative = (trained.encode(group)[0] for group in groups)
    direction = positive.mean(axis=0) - negative.mean(axis=0)
    strengths = np.array(command.strengths, np.float32)[:, np.newaxis]
    z_mean, _ = trained.encode(texts)
    rows = np.concatenate([z + strengths * direction for z in z_mean])
    written = trained.decode(rows, **vars(command.sampling))
    names = [text.decode("utf-8", "replace") for text in texts]
    made = itertools.product(names, command.strengths)
    command.output.print_labelled(
        (
            [name] * (len(names) > 1) + [f"strength {strength:g}"],
            {"of": name, "strength": strength, "text": text},
        )
        for (name, strength), text in zip(made, written, strict=True)
    )


if __name__ == "__main__":
    run_command(main)
