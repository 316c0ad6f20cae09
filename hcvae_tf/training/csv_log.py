"""Writes a run's log.csv."""

import csv
import io
import math
import statistics
import time

import keras

from hcvae_tf.models.schedules import kl_weight
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.files.writing import write_text


class CsvLog(keras.callbacks.Callback):
    """Adds speed and weights to the costs of each epoch; writes log.csv.

    After a stop inside an epoch, the costs of training are means over the
    steps since.

    Args:
        run: where to.
        batch_size: texts per step.
    """

    def __init__(self, run: RunFolder, batch_size: int):
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
        step = self.model.steps_done
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
