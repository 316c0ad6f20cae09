"""What happens around the training steps."""

import csv
import io
import math
import signal
import statistics
import sys
import time

import keras
import tensorflow as tf
from tqdm import tqdm

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.models.objective import kl_weight
from hcvae_tf.storage.model_file import (
    advice,
    save_best,
    save_last,
)
from hcvae_tf.storage.run_folder import Run, write_text
from hcvae_tf.training.distribution import Distribution
from pipelines.command_line import UserError

SAVE_EVERY = 600
"""Seconds between checkpoints inside an epoch."""
# Steps between the questions of several processes whether one must stop.
_ASK_EVERY = 10


class Stopped(Exception):
    """Training was stopped by a signal and has saved its state."""

    def __init__(self, number: int):
        super().__init__()
        self.signal = signal.Signals(number)


class Checkpoints(keras.callbacks.Callback):
    """Saves after each epoch, every few minutes, and when told to stop.

    Within the `with` block Ctrl-C and SIGTERM end the training after the
    present step, or a few steps later if several processes must agree, with
    everything saved, by raising `Stopped`. A second signal ends it at once.

    Args:
        run: where to.
        distribution: only the chief saves.
        steps_per_epoch: training steps in an epoch. After the last of them
            nothing is saved before the epoch's validation, or a resumed run
            would skip it.
    """

    def __init__(
        self, run: Run, distribution: Distribution, steps_per_epoch: int
    ):
        super().__init__()
        self.run = run
        self.distribution = distribution
        self.steps_per_epoch = steps_per_epoch
        self.ask_every = _ASK_EVERY if distribution.several else 1

    def __enter__(self):
        self.signal_number = None
        self.saved = time.monotonic()
        self.handlers = {
            number: signal.signal(number, self._note)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *_):
        for number, handler in self.handlers.items():
            signal.signal(number, handler)

    def _note(self, number, _):
        self.signal_number = number
        signal.signal(number, self.handlers[number])

    def _save(self, stop):
        if self.distribution.chief:
            save_last(self.run, self.model)
        self.saved = time.monotonic()
        if stop:
            raise Stopped(self.signal_number or signal.SIGTERM)

    def _asked_to_stop(self):
        return self.distribution.any(self.signal_number is not None)

    def on_train_batch_end(self, batch, logs=None):
        """Stops at a loss that is not finite; saves where it is time."""
        step = self.model.step
        if not math.isfinite(logs["loss"]):
            raise UserError(
                f"the loss is not finite at step {step}; {advice(self.run)}"
            )
        if step % self.steps_per_epoch:
            due = time.monotonic() - self.saved > SAVE_EVERY
            stop = step % self.ask_every == 0 and self._asked_to_stop()
            if due or stop:
                self._save(stop)

    def on_epoch_end(self, epoch, logs=None):
        """Saves the state, and the model if it is the best one yet."""
        if self.distribution.chief:
            save_best(self.run, self.model, epoch + 1, logs)
        self._save(self._asked_to_stop())


class Progress(keras.callbacks.Callback):
    """One bar for the whole training, and a line for each epoch."""

    def __init__(self, epochs: int, steps_per_epoch: int, done: int):
        super().__init__()
        self.epochs = epochs
        self.bar = tqdm(
            total=epochs * steps_per_epoch,
            initial=done,
            unit="step",
            dynamic_ncols=True,
            # None: without a terminal the lines of the epochs are enough.
            disable=None,
        )

    def on_train_batch_end(self, batch, logs=None):
        """Moves the bar."""
        self.bar.update()
        self.bar.set_postfix_str(_costs(logs, ""), refresh=False)

    def on_epoch_end(self, epoch, logs=None):
        """Writes the line."""
        tqdm.write(
            f"epoch {epoch + 1}/{self.epochs}  train: {_costs(logs, '')}  "
            f"validation: {_costs(logs, 'val_')}  "
            f"{logs['characters_per_second']:,.0f} characters/s",
            file=sys.stderr,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bar.close()


def _costs(logs, prefix):
    names = {
        "loss": "loss",
        "reconstruction": "rec",
        "kl": "kl",
        "auxiliary": "aux",
        "bits_per_char": "bits/char",
    }
    return " ".join(
        f"{short} {logs[prefix + name]:.2f}" for name, short in names.items()
    )


class Log(keras.callbacks.Callback):
    """Adds speed and weights to the costs of each epoch; writes log.csv.

    After a stop inside an epoch, the costs of training are means over the
    steps since.

    Args:
        run: where to.
        batch_size: texts per step.
    """

    def __init__(self, run: Run, batch_size: int):
        super().__init__()
        self.run = run
        self.batch_size = batch_size

    def on_epoch_begin(self, epoch, logs=None):
        """Prepares for the epoch."""
        self.seconds = []

    def on_train_batch_begin(self, batch, logs=None):
        """Starts the clock of a step, so that validation does not count."""
        self.begin = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        """Stops the clock of a step."""
        self.seconds.append(time.monotonic() - self.begin)

    def on_epoch_end(self, epoch, logs=None):
        """Writes a row."""
        step = self.model.step
        logs["kl_weight"] = float(kl_weight(self.model.objective, step))
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        per_text = logs["negative_elbo"] / logs["bits_per_char"] / math.log(2)
        # The median, because the first step compiles the graph.
        logs["characters_per_second"] = (
            self.batch_size * per_text / statistics.median(self.seconds)
        )
        logs["seconds"] = sum(self.seconds)
        row = {"epoch": epoch + 1, "step": step, **logs}
        rows = []
        if self.run.log.exists():
            with self.run.log.open(newline="") as file:
                rows = list(csv.DictReader(file))
        # A run that was killed may have come further than its checkpoint.
        rows = [old for old in rows if int(old["epoch"]) < row["epoch"]]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, row)
        writer.writeheader()
        writer.writerows([*rows, row])
        write_text(self.run.log, text.getvalue())


class Board(keras.callbacks.Callback):
    """Writes the logs and sample texts of each epoch for TensorBoard.

    Args:
        run: where to.
        trained: gives the sample texts.
    """

    def __init__(self, run: Run, trained: TrainedTextVAE):
        super().__init__()
        self.run = run
        self.trained = trained
        self.writer = tf.summary.create_file_writer(str(run.tensorboard))

    def on_epoch_end(self, epoch, logs=None):
        """Writes scalars and texts."""
        try:
            with self.writer.as_default(self.model.step):
                for name, value in logs.items():
                    tf.summary.scalar(name, value)
                for name, temperature in (("greedy", 0.0), ("drawn", 1.0)):
                    texts = self.trained.sample(
                        8, temperature=temperature, seed=epoch
                    )
                    tf.summary.text(f"samples {name}", texts)
            self.writer.flush()
        except tf.errors.OpError as error:
            raise UserError(
                f"cannot write {self.run.tensorboard} ({error.message}); make "
                f"room, then go on with --resume {self.run.folder}"
            ) from None
