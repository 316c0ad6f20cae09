"""Writes the latent vectors of texts to files.

python -m hcvae_tf.encode RUN --to FOLDER
"""

import dataclasses
from pathlib import Path

from hcvae_tf.command_line.arguments import FolderFlag, RunArgument
from hcvae_tf.command_line.labelled_text_source import LabelledTextSource
from hcvae_tf.command_line.progress import encode
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError, one_line
from pipelines.files.writing import replacing, write_text
from pipelines.standard_streams import on_one_line


@dataclasses.dataclass(frozen=True)
class Encode:
    """Writes z_mean of texts, also for TensorBoard's projector.

    The folder gets z_mean.npy, z_mean.tsv, texts.tsv (label and text) and the
    projector's settings: `tensorboard --logdir FOLDER`.
    """

    run: RunArgument
    """Folder of a training run."""
    to: FolderFlag
    """New folder to write to."""
    source: LabelledTextSource = LabelledTextSource()


def main() -> None:
    """Runs the command."""
    command = parse(Encode, "python -m hcvae_tf.encode")
    to = Path(command.to)
    if to.exists():
        raise UserError(f"{to} exists; choose another folder with `to`")
    trained, texts, labels, _ = command.source.load(command.run)

    import numpy as np

    z_mean = encode(trained, texts)
    # The projector does not support quotes.
    rows = ["label\ttext"]
    for label, text in zip(labels, texts, strict=True):
        cells = (label, text.decode("utf-8", "replace"))
        rows.append("\t".join(map(on_one_line, cells)))
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with replacing(to) as part:
            part.mkdir()
            np.save(part / "z_mean.npy", z_mean)
            np.savetxt(part / "z_mean.tsv", z_mean, fmt="%.6g", delimiter="\t")
            write_text(part / "texts.tsv", "\n".join(rows) + "\n")
            write_text(part / "projector_config.pbtxt", _projector())
    except OSError as error:
        raise UserError(f"cannot write to {to}: {one_line(error)}") from None
    print(f"{to}: {len(texts):,} vectors of {trained.z_size} numbers")


def _projector() -> str:
    from google.protobuf import text_format
    from tensorboard.plugins.projector import ProjectorConfig

    config = ProjectorConfig()
    config.embeddings.add(
        tensor_name="z_mean",
        tensor_path="z_mean.tsv",
        metadata_path="texts.tsv",
    )
    return text_format.MessageToString(config)


if __name__ == "__main__":
    run_command(main)
