"""Saving and loading models so that nothing already saved is lost."""

import json
import math
import os
import zipfile
import zlib
from pathlib import Path

import keras
import numpy as np

import hcvae_tf.models.build  # noqa: F401, registers all that a saved model holds
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.run_folder import Run, write_text
from pipelines.command_line import UserError


def save_model(model: TextVAE, file: Path) -> None:
    """Saves to a new file that takes the old one's place once it is whole.

    Raises:
        UserError: if it cannot be written, for want of space or of rights.
    """
    part = file.with_name(f".{file.stem}.part.keras")
    try:
        model.save(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, file)
    # h5py reports a full disk as a RuntimeError as well.
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or str(error)
        kept = f"the one saved before is kept: {file}; " * file.exists()
        raise UserError(
            f"could not save the model ({reason}); {kept}make room, then go "
            f"on with --resume {file.parents[1]}"
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
                if file.name == Run(".").last.name
                else "then the other checkpoints are used"
            )
        )
    return model


def in_float32(model: TextVAE) -> TextVAE:
    """The same model with all products in float32, without an optimizer.

    Training in bfloat16 is faster on some machines; the use of a model gives
    the same on all.
    """
    config = json.dumps(model.get_config())
    return _copy(model, json.loads(config.replace("mixed_bfloat16", "float32")))


def _copy(model, config):
    plain = TextVAE.from_config(config)
    plain.build_from_config(model.get_build_config())
    plain.set_weights(model.get_weights())
    return plain


def save_last(run: Run, model: TextVAE) -> None:
    """Saves the state from which training goes on.

    Raises:
        UserError: if it cannot be written, or a weight is not finite; the
            checkpoint before is kept.
    """
    for weight in model.trainable_weights:
        if not np.isfinite(weight.numpy()).all():
            raise UserError(
                f"weight {weight.path} is not finite at step "
                f"{model.step}; {advice(run)}"
            )
    save_model(model, run.last)


def save_best(
    run: Run, model: TextVAE, epoch: int, logs: dict[str, float]
) -> None:
    """Saves the model, without its optimizer, if no earlier one was better.

    The better one has the lower negative ELBO on validation or, in training
    without a KL term, the lower reconstruction.

    Args:
        run: where to.
        model: the model.
        epoch: counted from 1.
        logs: its costs on validation, nats per text.
    """
    plain_autoencoder = model.objective.kl == "none"
    cost = "val_reconstruction" if plain_autoencoder else "val_negative_elbo"
    score = logs[cost]
    if not math.isfinite(score):
        return
    if run.best_score.exists():
        best = json.loads(run.best_score.read_text("utf-8"))
        if best[cost] <= score:
            return
    save_model(_copy(model, model.get_config()), run.best)
    best = {"epoch": epoch, cost: score}
    write_text(run.best_score, json.dumps(best) + "\n")


def advice(run: Run) -> str:
    """What to do after a number that is not finite."""
    kept = f"the last good checkpoint is {run.last}; " * run.last.exists()
    return (
        f"{kept}train again with a lower --learning-rate, a --clip-norm, or a "
        "--kl-floor such as 0.001"
    )
