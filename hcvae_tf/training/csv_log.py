"""Writes the file log.csv of a run."""

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
    """Writes costs, speed, KL weight and learning rate of each epoch.

    After a stop inside an epoch, the training costs of this epoch are means
    over the steps after the stop.

    Args:
        run: folder to write to.
        batch_size: texts per step.
    """

    def __init__(self, run: RunFolder, batch_size: int):
        super().__init__()
        self.run = run
        self.batch_size = batch_size

    def on_epoch_begin(self, epoch, logs=None):
        """Resets the times of the steps."""
        self.seconds = []

    def on_train_batch_begin(self, batch, logs=None):
        """Starts the clock of a step; validation is not timed."""
        self.begin = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        """Stops the clock of a step."""
        self.seconds.append(time.monotonic() - self.begin)

    def on_epoch_end(self, epoch, logs=None):
        """Writes the row of the epoch."""
        step = self.model.steps_done
        logs["kl_weight"] = float(kl_weight(self.model.objective, step))
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        # No bits if all steps of the epoch were left out.
        bits = logs["bits_per_char"] or math.nan
        per_text = logs["negative_elbo"] / bits / math.log(2)
        # The first step compiles the graph; the others may have texts of
        # different lengths, so that their mean counts.
        typical = statistics.mean(self.seconds[1:] or self.seconds)
        logs["characters_per_second"] = self.batch_size * per_text / typical
        logs["seconds"] = sum(self.seconds)
        row = {"epoch": epoch + 1, "step": step, **logs}
        rows = []
        if self.run.log.exists():
            with self.run.log.open(newline="") as file:
                rows = list(csv.DictReader(file))
        # A killed run may have logged epochs after its last checkpoint.
        rows = [old for old in rows if int(old["epoch"]) < row["epoch"]]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, row)
        writer.writeheader()
        writer.writerows([*rows, row])
        write_text(self.run.log, text.getvalue())
