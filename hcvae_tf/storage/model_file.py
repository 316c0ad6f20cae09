"""Saving and loading models as `.keras` files."""

import json
import zipfile
import zlib
from pathlib import Path

import keras

import hcvae_tf.models.build  # noqa: F401, registers all that a model holds
from hcvae_tf.models.text_vae import TextVAE
from pipelines.errors import UserError
from pipelines.files.writing import replacing


def save_model(model: TextVAE, file: Path) -> None:
    """Saves to a new file that takes the old one's place once it is whole.

    Args:
        model: the model.
        file: in the folder `checkpoints` of a run.

    Raises:
        UserError: if it cannot be written, for want of space or of rights.
    """
    try:
        with replacing(file) as part:
            model.save(part)
    # h5py reports a full disk as a RuntimeError as well.
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        kept = f"the one saved before is kept: {file}; " * file.exists()
        raise UserError(
            f"could not save the model ({reason}); {kept}make room, then go "
            f"on with `resume` {file.parents[1]}"
        ) from None


def load_model(file: Path) -> TextVAE:
    """Loads a model with whatever was saved with it.

    Raises:
        UserError: if the file is damaged or not one of ours.
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
            f"{file} is damaged or cut short; copy it again, or delete it: "
            + (
                "then training starts anew"
                if file.name == "last.keras"
                else "then the other checkpoints are used"
            )
        )
    return model


def in_float32(model: TextVAE) -> TextVAE:
    """The same model with all products in float32, without an optimizer.

    Training in bfloat16 is faster on some machines; in use, a model gives
    the same everywhere.
    """
    config = json.dumps(model.get_config())
    return _copy(model, json.loads(config.replace("mixed_bfloat16", "float32")))


def without_optimizer(model: TextVAE) -> TextVAE:
    """A copy that is to be used, not trained any further."""
    return _copy(model, model.get_config())


def _copy(model, config):
    plain = TextVAE.from_config(config)
    plain.build_from_config(model.get_build_config())
    plain.set_weights(model.get_weights())
    return plain
