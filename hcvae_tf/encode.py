"""Writes the latent vectors of texts: `… encode RUN --to FOLDER`."""

import dataclasses
from pathlib import Path
from typing import Annotated

import tyro

from hcvae_tf.command_line.sampling_options import escape
from hcvae_tf.command_line.text_source import Source
from hcvae_tf.storage.run_folder import write_text
from pipelines.command_line import UserError, parse, run_command


@dataclasses.dataclass(frozen=True)
class Encode:
    """Writes z_mean of texts, also as TensorBoard's projector takes it.

    The folder gets z_mean.npy, z_mean.tsv, texts.tsv (label and text) and the
    projector's settings: `tensorboard --logdir FOLDER`.
    """

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run."""
    to: str
    """New folder to write to."""
    source: Source = Source()
    label: str | None = None
    """Which label, if the data has more (tweets/synthetic: topic, mood)."""


def main() -> None:
    """Runs the command."""
    command = parse(Encode, "python -m hcvae_tf.encode")
    to = Path(command.to)
    if to.exists():
        raise UserError(f"{to} exists; name another folder with --to")
    trained, texts, labels = command.source.load(command.run, command.label)

    import numpy as np

    z_mean, _ = trained.encode(texts)
    try:
        to.mkdir(parents=True)
        np.save(to / "z_mean.npy", z_mean)
        np.savetxt(to / "z_mean.tsv", z_mean, fmt="%.6g", delimiter="\t")
        with (to / "texts.tsv").open("w", encoding="utf-8", newline="") as file:
            # The projector knows no quotes.
            file.write("label\ttext\n")
            for label, text in zip(labels, texts, strict=True):
                cells = (label, text.decode("utf-8", "replace"))
                plain = (cell.replace("\t", "\\t") for cell in cells)
                file.write(escape("\t".join(plain)) + "\n")
    except OSError as error:
        raise UserError(f"cannot write to {to}: {error.strerror}") from None
    write_text(to / "projector_config.pbtxt", _projector())
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
