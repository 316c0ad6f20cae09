"""Exports a trained model for TensorFlow Serving.

python -m hcvae_tf.export RUN --to saved_models/NAME
"""

import dataclasses
import os
import re
from pathlib import Path

from hcvae_tf.command_line.arguments import FolderFlag, RunArgument
from hcvae_tf.inference.prior_option import PriorOption
from hcvae_tf.serving.server_config import MODELS
from hcvae_tf.storage.export_folder import LAST_VERSION, next_version
from hcvae_tf.storage.find_model import find_run
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError
from pipelines.files import file_system
from pipelines.files.writing import check_writable


@dataclasses.dataclass(frozen=True)
class Export:
    """Writes the best model of a run as a SavedModel for TensorFlow Serving.

    Also writes a server's settings and compose.yaml next to the model's folder.
    """

    run: RunArgument
    """Folder of a training run."""
    to: FolderFlag
    """Folder of the model and all its versions, such as saved_models/NAME."""
    version: int | None = None
    """Number of this version (default: the next one)."""
    latent: PriorOption = PriorOption()


def main() -> None:
    """Runs the command."""
    command = parse(Export, "python -m hcvae_tf.export")
    file_system.refuse_special(os.path.abspath(command.to), "TensorFlow")
    if Path(command.to).name in ("", ".."):
        raise UserError(
            f"--to {command.to} has no name of its own; give a folder for the "
            "model, such as saved_models/NAME"
        )
    to = Path(os.path.abspath(command.to))
    if to.name.isdecimal():
        raise UserError(
            f"--to {command.to} ends in a number; give the model's folder, "
            "and the version with --version"
        )
    # The folder's name is the model's name in URLs and settings.
    if not re.fullmatch(r"[\w.-]+", to.name, re.ASCII):
        raise UserError(
            f"--to {command.to} does not end in a valid model name; use only "
            "letters, digits, - and _"
        )
    if (to / MODELS).exists():
        raise UserError(
            f"--to {command.to} is the folder of all models; give one in it: "
            f"--to {Path(command.to) / 'NAME'}"
        )
    if RunFolder(to).metadata.exists():
        raise UserError(
            f"--to {command.to} is a run; give another folder for the export"
        )
    version = command.version
    if version is None:
        version = next_version(to)
    if not 1 <= version <= LAST_VERSION:
        raise UserError(
            f"--version must be from 1 to {LAST_VERSION}, not {version}"
        )
    if (to / str(version)).exists():
        raise UserError(
            f"{to / str(version)} exists; leave --version out for the next "
            f"one, {next_version(to)}"
        )
    run = RunFolder.open(command.run)
    run.best_model()
    check_writable(to, "to")

    from hcvae_tf.serving.export_model import export_model

    size, has_warmup = export_model(
        command.run, to, version, command.latent.prior
    )
    if not has_warmup:
        print(
            "note: no warm-up requests; they need pip install -e '.[serving]'"
        )
    # Commands prefer a run in the same folder, such as that of a bundled model.
    name = f"{command.to}/{version}" if find_run(to) else command.to
    print(
        f"wrote {command.to}/{version}: {size / 1e6:.1f} MB, checked in a "
        "fresh process\n"
        f"try it: python -m hcvae_tf.sample {name}\n"
        f"serve it: docker compose -f {Path(command.to).parent}/compose.yaml up"
    )


if __name__ == "__main__":
    run_command(main)
