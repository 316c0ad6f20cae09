"""What happens around the training steps."""

import csv
import math
import signal
import statistics
import sys
import time

import keras
import tensorflow as tf
from tqdm import tqdm

from hcvae_tf.checkpoint import advice, save_best, save_last
from hcvae_tf.run import Run
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
            # Without a terminal the lines of the epochs are enough.
            disable=None if sys.stderr.isatty() else True,
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
        characters: per training step.
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
        self._forget(epoch + 1)

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
        row = {"epoch": epoch + 1, "step": step, **logs}
        new = not self.run.log.exists()
        with self.run.log.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)
        with self.writer.as_default(step):
            for name, value in logs.items():
                tf.summary.scalar(name, value)
            for name, temperature in (("greedy", 0.0), ("temperature 1", 1.0)):
                texts = self.trained.sample(
                    8, temperature=temperature, seed=epoch
                )
                tf.summary.text(f"samples, {name}", texts)
        self.writer.flush()

    def _forget(self, epoch):
        """Drops rows that a killed run wrote after its last checkpoint."""
        if not self.run.log.exists():
            return
        with self.run.log.open(newline="") as file:
            header, *rows = file.read().splitlines(keepends=True)
        kept = [row for row in rows if int(row.split(",")[0]) < epoch]
        if len(kept) < len(rows):
            self.run.log.write_text("".join([header, *kept]))
