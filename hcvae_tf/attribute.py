"""Writes variants of texts with more or less of a quality.

python -m hcvae_tf.attribute RUN TEXT --positive FILE --negative FILE
"""

import dataclasses

from hcvae_tf.command_line.arguments import FileFlag, RunArgument, TextsArgument
from hcvae_tf.command_line.text_input import file_texts, given_texts
from hcvae_tf.command_line.text_output import TextOutput
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.checks import require_finite
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Attribute:
    """Writes variants of texts with more or less of an attribute.

    The attribute is the mean latent vector of some texts minus that of
    others, such as happy and sad texts.
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
    output: TextOutput = TextOutput()


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
    command.output.print(trained.decode(rows, **vars(command.sampling)))


if __name__ == "__main__":
    run_command(main)
