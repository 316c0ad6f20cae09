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

from hcvae_tf.checkpoint import advice, save_best, save_last
from hcvae_tf.run import Run, write_text
from hcvae_tf.trained import TrainedTextVAE
from pipelines.command_line import UserError

SAVE_EVERY = 600
"""Seconds between checkpoints inside an epoch."""


class Stopped(Exception):
    """Training was stopped by a signal and has saved its state."""

    def __init__(self, number: int):
        super().__init__()
        self.signal = signal.Signals(number)


class Checkpoints(keras.callbacks.Callback):
    """Saves after each epoch, every few minutes, and when told to stop.

    Within the `with` block Ctrl-C and SIGTERM end the training after the
    present step, with everything saved, by raising `Stopped`. A second
    signal ends it at once.
    """

    def __init__(self, run: Run):
        super().__init__()
        self.run = run

    def __enter__(self):
        self.number = None
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
        self.number = number
        signal.signal(number, self.handlers[number])

    def _save(self):
        save_last(self.run, self.model)
        self.saved = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        """Stops at a loss that is not finite; saves where it is time."""
        if not math.isfinite(logs["loss"]):
            step = int(self.model.optimizer.iterations)
            raise UserError(
                f"the loss is not finite at step {step}; {advice(self.run)}"
            )
        if self.number or time.monotonic() - self.saved > SAVE_EVERY:
            self._save()
        if self.number:
            raise Stopped(self.number)

    def on_epoch_end(self, epoch, logs=None):
        """Saves the state, and the model if it is the best one yet."""
        save_best(self.run, self.model, epoch + 1, logs["val_negative_elbo"])
        self._save()


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

    def close(self):
        """Leaves the bar as it is."""
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
    """Adds speed and weights to the logs; writes log.csv and TensorBoard.

    Args:
        run: where to.
        trained: gives the sample texts.
        characters: per training step, padding included.
    """

    def __init__(self, run: Run, trained: TrainedTextVAE, characters: int):
        super().__init__()
        self.run = run
        self.trained = trained
        self.characters = characters
        self.writer = tf.summary.create_file_writer(str(run.tensorboard))

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
        """Writes the costs of the epoch and a few samples."""
        step = int(self.model.optimizer.iterations)
        logs["kl_weight"] = float(self.model.objective.kl_weight(step))
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        # The median, because the first step compiles the graph.
        logs["characters_per_second"] = self.characters / statistics.median(
            self.seconds
        )
        self._add_row({"epoch": epoch + 1, "step": step, **logs})
        with self.writer.as_default(step):
            for name, value in logs.items():
                tf.summary.scalar(name, value)
            for name, temperature in (("greedy", 0.0), ("temperature 1", 1.0)):
                texts = self.trained.sample(
                    8, temperature=temperature, seed=epoch
                )
                tf.summary.text(f"samples, {name}", texts)
        self.writer.flush()

    def _add_row(self, row):
        """Writes log.csv anew with one more row."""
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
