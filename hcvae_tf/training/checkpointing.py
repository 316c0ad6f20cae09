"""Saves the training state and the best model during training."""

import json
import math
import signal
import time

import keras
import numpy as np

from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.model_file import save_model, without_optimizer
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.progress import cost_name, is_final
from pipelines.errors import UserError
from pipelines.files.writing import write_text

SAVE_EVERY = 600
"""Seconds between checkpoints inside an epoch."""
# Steps after which several processes ask each other whether one must stop.
_STOP_CHECK_STEPS = 10


class TrainingStopped(Exception):
    """A signal stopped the training, and its state was saved."""

    def __init__(self, number: int):
        super().__init__()
        self.signal = signal.Signals(number)


class Checkpointing(keras.callbacks.Callback):
    """Saves after each epoch, every few minutes, and before a stop.

    Within the `with` block, Ctrl-C and SIGTERM save the state after the
    current step (a few steps later if several processes must agree) and raise
    `TrainingStopped`. A second signal stops the process at once.

    Args:
        run: folder to save to.
        distribution: only its chief saves.
        steps_per_epoch: training steps in an epoch. Nothing is saved between
            the last step of an epoch and its validation; otherwise a resumed
            run would skip the validation.
    """

    def __init__(
        self, run: RunFolder, distribution: Distribution, steps_per_epoch: int
    ):
        super().__init__()
        self.run = run
        self.distribution = distribution
        self.steps_per_epoch = steps_per_epoch
        self.stop_check_steps = (
            _STOP_CHECK_STEPS if distribution.multi_process else 1
        )

    def __enter__(self):
        self.signal_number = None
        self.saved = time.monotonic()
        self.handlers = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_):
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def _on_signal(self, number, _):
        self.signal_number = number
        signal.signal(number, self.handlers[number])

    def _save(self, stop):
        if self.distribution.chief:
            save_last(self.run, self.model)
        self.saved = time.monotonic()
        if stop:
            raise TrainingStopped(self.signal_number or signal.SIGTERM)

    def _asked_to_stop(self):
        return self.distribution.any_process(self.signal_number is not None)

    def on_train_batch_end(self, batch, logs=None):
        """Checks the loss; saves if it is time or a stop was requested."""
        step = self.model.steps_done
        # A guard leaves such a step out.
        if self.model.guard is None:
            _check_finite(self.run, step, logs["loss"])
        if step % self.steps_per_epoch:
            due = time.monotonic() - self.saved > SAVE_EVERY
            stop = step % self.stop_check_steps == 0 and self._asked_to_stop()
            if due or stop:
                self._save(stop)

    def on_epoch_end(self, epoch, logs=None):
        """Saves the state, and the model if it is the best so far."""
        if self.distribution.chief:
            save_best(
                self.run, self.model, epoch + 1, self.steps_per_epoch, logs
            )
        self._save(self._asked_to_stop())


def save_last(run: RunFolder, model: TextVAE) -> None:
    """Saves the state from which training can continue.

    Raises:
        UserError: if it cannot be written, or a weight is not finite; the
            previous checkpoint is kept.
    """
    for weight in model.weights:
        if not np.isfinite(weight.numpy()).all():
            raise UserError(
                f"weight {weight.path} is not finite at step "
                f"{model.steps_done}; {_advice(run)}"
            )
    with run.recording_digest(run.last):
        save_model(model, run.last, _go_on(run))


def save_best(
    run: RunFolder,
    model: TextVAE,
    epoch: int,
    steps_per_epoch: int,
    logs: dict[str, float],
) -> None:
    """Saves the model, without its optimizer, if it is the best so far.

    The best model has the lowest negative ELBO on validation or, in training
    without a KL term, the lowest reconstruction. Until the KL weight is final
    the last model is the best one: before, z costs less than it should.

    Args:
        run: folder to save to.
        model: the model.
        epoch: number of the epoch, counted from 1.
        steps_per_epoch: training steps in an epoch.
        logs: costs on validation, nats per text.

    Raises:
        UserError: if the cost is not finite.
    """
    cost = f"val_{cost_name(model.objective)}"
    score = logs[cost]
    _check_finite(run, model.steps_done, score)
    best = run.read_best_score()
    best = best or {}
    of_final = is_final(model.objective, best.get("epoch", 0) * steps_per_epoch)
    if of_final and run.best.exists() and best.get(cost, math.inf) <= score:
        return
    with run.recording_digest(run.best):
        save_model(without_optimizer(model), run.best, _go_on(run))
    best = {"epoch": epoch, cost: score}
    write_text(run.best_score, json.dumps(best) + "\n")


def _go_on(run: RunFolder) -> str:
    return f"continue with `resume` {run.folder}"


def _check_finite(run, step, loss):
    if not math.isfinite(loss):
        raise UserError(
            f"the loss is not finite at step {step}; {_advice(run)}"
        )


def _advice(run: RunFolder) -> str:
    """Returns what to do after a number that is not finite."""
    kept = f"the last good checkpoint is {run.last}; " * run.last.exists()
    return (
        f"{kept}train again with a lower `learning_rate`, a `clip_norm`, or a "
        "`kl_floor` such as 0.001"
    )
