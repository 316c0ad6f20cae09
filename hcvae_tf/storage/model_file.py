"""Saves and loads models as `.keras` files."""

import json
import zipfile
import zlib
from pathlib import Path

import keras

import hcvae_tf.models.build  # noqa: F401, registers all parts of a model
from hcvae_tf.models.text_vae import TextVAE
from pipelines.errors import UserError, one_line
from pipelines.files.writing import replacing


def save_model(model: TextVAE, file: Path) -> None:
    """Saves a model; the old file is replaced only after a complete write.

    Args:
        model: the model.
        file: file in the folder `checkpoints` of a run.

    Raises:
        UserError: if it cannot be written, e.g. because the disk is full.
    """
    try:
        with replacing(file) as part:
            model.save(part)
    # h5py reports a full disk as a RuntimeError as well.
    except (OSError, RuntimeError) as error:
        kept = f"the model saved before is kept: {file}; " * file.exists()
        raise UserError(
            f"could not save the model ({one_line(error)}); {kept}free some "
            f"space, then continue with `resume` {file.parents[1]}"
        ) from None


def load_model(file: Path) -> TextVAE:
    """Loads a model, with its optimizer if it was saved.

    Raises:
        UserError: if the file is damaged or does not contain a `TextVAE`.
    """
    try:
        model = keras.models.load_model(file)
    except (
        *(OSError, ValueError, KeyError, TypeError, RuntimeError, EOFError),
        *(zipfile.BadZipFile, zlib.error),
    ):
        model = None
    if not isinstance(model, TextVAE):
        raise UserError(
            f"{file} is damaged or incomplete; copy it again, or delete it: "
            + (
                "then training starts again"
                if file.name == "last.keras"
                else "then the other checkpoints are used"
            )
        )
    return model


def in_float32(model: TextVAE) -> TextVAE:
    """Returns a copy with all products in float32, without an optimizer.

    A model may be trained in bfloat16; in use it computes the same on all
    machines.
    """
    config = json.dumps(model.get_config())
    return _copy(model, json.loads(config.replace("mixed_bfloat16", "float32")))


def without_optimizer(model: TextVAE) -> TextVAE:
    """Returns a copy without the optimizer."""
    return _copy(model, model.get_config())


def _copy(model, config):
    copy = TextVAE.from_config(config)
    copy.build_from_config(model.get_build_config())
    copy.set_weights(model.get_weights())
    return copy
