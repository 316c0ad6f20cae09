"""Saves and loads models as `.keras` files."""

import json
import zipfile
import zlib
from pathlib import Path

import keras

import hcvae_tf.models.build
import hcvae_tf.models.fused_adam  # noqa: F401, to register all
from hcvae_tf.layers.mixture_prior import MixturePrior
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.run_folder import COPY, RunFolder
from pipelines.errors import UserError, one_line
from pipelines.failures import no_room
from pipelines.files.writing import replacing
from pipelines.shortened import shortened


def save_model(model: TextVAE, file: Path, advice: str) -> None:
    """Saves a model; the old file is replaced only after a complete write.

    Args:
        model: the model.
        file: a model file of a run.
        advice: what to do after a failure, for its message.

    Raises:
        UserError: if it cannot be written, e.g. because the disk is full.
    """
    try:
        with replacing(file) as part:
            model.save(part)
    # h5py reports a full disk as a RuntimeError as well.
    except (OSError, RuntimeError) as error:
        kept = f"the model saved before is kept: {file}; " * file.exists()
        room = "free some space, then " * no_room(error)
        raise UserError(
            f"could not save the model ({one_line(error)}); "
            f"{kept}{room}{advice}"
        ) from None


def load_model(file: Path) -> TextVAE:
    """Loads a model, with its optimizer if it was saved.

    Raises:
        UserError: if the file is damaged or does not contain a `TextVAE` of
            this version.
        OSError: if the file cannot be opened.
    """
    # Its own error says why a file cannot be opened.
    file.open("rb").close()
    if not _is_whole(file):
        raise UserError(
            f"{file} is damaged: it is incomplete or its checksums are wrong; "
            f"{COPY}"
        )
    try:
        model = keras.models.load_model(file, safe_mode=True)
    except MemoryError:
        raise
    # Which errors Keras raises depends on what it does not understand.
    except Exception as error:
        raise UserError(
            f"{file} cannot be loaded ({type(error).__name__}: "
            f"{shortened(one_line(error), 300)}); it was changed, or another "
            "version of hcvae_tf or Keras has written it"
        ) from None
    if not isinstance(model, TextVAE):
        raise UserError(
            f"{file} is a {type(model).__name__}, not a model of hcvae_tf; "
            "give the folder of a run"
        )
    return model


def load_checkpoint(run: RunFolder, file: Path) -> TextVAE:
    """Loads a model of a run; see `load_model`.

    Raises:
        UserError: also if the file is not what the run has written.
    """
    run.check_digest(file)
    return load_model(file)


def _is_whole(file):
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return False


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
    copy = _built_like(model, config)
    copy.set_weights(model.get_weights())
    return copy


def _built_like(model, config):
    other = TextVAE.from_config(config)
    other.build_from_config(model.get_build_config())
    return other


def with_prior(model: TextVAE, prior: MixturePrior | None) -> TextVAE:
    """Returns a copy with another prior, without an optimizer.

    Args:
        model: the model.
        prior: the other prior; None is N(0, 1).
    """
    config = model.get_config()
    config["prior"] = keras.saving.serialize_keras_object(prior)
    copy = _built_like(model, config)
    copy_weights(model, copy)
    if prior is not None:
        copy.prior.set_weights(prior.get_weights())
    return copy


def store_prior(run: RunFolder, prior: MixturePrior) -> None:
    """Stores a prior in the files of the best model of a run.

    Raises:
        UserError: if a file is damaged or cannot be written.
    """
    for file in (run.best, run.model):
        if file.is_file():
            model = with_prior(load_checkpoint(run, file), prior)
            with run.recording_digest(file):
                save_model(model, file, "fit the prior again")


def has_prior(file: Path) -> bool:
    """Returns whether the model of a file has a fitted prior."""
    if not _is_whole(file):
        return False
    with zipfile.ZipFile(file) as archive:
        config = json.loads(archive.read("config.json"))["config"]
    return config.get("prior") is not None


def copy_weights(source: TextVAE, target: TextVAE) -> None:
    """Copies the weights of the parts that both models have, of equal sizes."""
    for name in ("encoder", "decoder", "bag"):
        part, copy = getattr(source, name), getattr(target, name)
        if part is not None and copy is not None:
            copy.set_weights(part.get_weights())
