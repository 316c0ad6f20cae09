"""Shows the progress of the training."""

import math
import sys
import time
from collections.abc import Callable, Mapping

import keras
from tqdm import tqdm

from hcvae_tf.models.config import TrainingConfig
from hcvae_tf.models.objective import Objective

_UNITS = (
    "The costs are means over validation texts, in nats (1 nat = 1.44 bits):"
)
_LEGEND = """\
  KL weight       how much the KL counts in the loss; it ends at 1
  reconstruction  cost of a text, given its latent vector z; lower is better
  KL              what z tells about the text; near 0 the model does not use z
  bits/character  reconstruction + KL per character, which is a byte, and in
                  brackets that of training texts; shown when the KL weight
                  is final"""
_LEGEND_WITHOUT_KL = """\
  reconstruction  cost of a text, given its latent vector z; lower is better
  KL              what z tells about the text; it costs nothing here
  bits/character  reconstruction per character, which is a byte, and in brackets
                  that of training texts"""
_LEGEND_WITHOUT_Z = """\
  reconstruction  cost of a text; lower is better
  bits/character  the same per character, which is a byte, and in brackets that
                  of training texts"""
PATIENCE = 3
"""Epochs without a better one until the user is told."""
# Widths of the columns; a language model has none of the KL.
_WIDTHS = {
    "epoch": 7,
    "KL weight": 10,
    "reconstruction": 15,
    "KL": 8,
    "bits/character": 16,
    "characters/s": 13,
}


class Progress(keras.callbacks.Callback):
    """One progress bar for all epochs; after each one a line and examples.

    Args:
        training: number and length of all epochs.
        done: number of training steps that are done already.
        objective: tells when the KL counts in full.
        examples: returns the texts to show after an epoch, by what they are.
        has_z: whether the model has a latent vector.
        best: epoch and cost of the best model so far; see `save_best`.
    """

    def __init__(
        self,
        training: TrainingConfig,
        done: int,
        objective: Objective,
        examples: Callable[[int], dict[str, str]],
        has_z: bool,
        best: Mapping[str, float],
    ):
        super().__init__()
        self.epochs = training.epochs
        self.steps = training.steps
        self.begin_step = done
        self.objective = objective
        self.examples = examples
        self.widths = dict(_WIDTHS)
        self.has_z = has_z
        if not has_z:
            del self.widths["KL weight"], self.widths["KL"]
        self.best_cost, self.best_epoch = math.inf, 0
        epoch = int(best.get("epoch", 0))
        if is_final(objective, epoch * training.steps_per_epoch):
            self.best_cost = best.get(f"val_{cost_name(objective)}", math.inf)
            self.best_epoch = epoch
        self.warned = False
        self.bar = tqdm(
            total=self.steps,
            initial=done,
            unit="step",
            dynamic_ncols=True,
            # None: no bar without a terminal, only the lines of the epochs.
            disable=None,
        )

    def __enter__(self):
        self.begin = time.monotonic()
        _write(_UNITS)
        if not self.has_z:
            _write(_LEGEND_WITHOUT_Z)
        elif self.objective.kl == "none":
            _write(_LEGEND_WITHOUT_KL)
        else:
            _write(_LEGEND)
        heads = self._row({name: name for name in self.widths})
        _write(f"{heads}  time left")
        return self

    def __exit__(self, *_):
        self.bar.close()

    def on_train_batch_end(self, batch, logs=None):
        """Advances the bar."""
        self.bar.update()
        costs = f"reconstruction {logs['reconstruction']:.1f}"
        costs += f", KL {logs['kl']:.1f}" * self.has_z
        self.bar.set_postfix_str(costs, refresh=False)

    def on_epoch_end(self, epoch, logs=None):
        """Prints the line of the epoch, and its examples."""
        weight = logs["kl_weight"]
        bits = "-"
        if is_final(self.objective, self.model.steps_done):
            validation = bits_per_char(self.objective, logs, "val_")
            training = bits_per_char(self.objective, logs)
            bits = f"{validation:.3f} ({training:.3f})"
            cost = logs[f"val_{cost_name(self.objective)}"]
            if cost < self.best_cost:
                self.best_cost, self.best_epoch = cost, epoch + 1
        cells = {
            "epoch": f"{epoch + 1}/{self.epochs}",
            "KL weight": f"{weight:.3g}",
            "reconstruction": f"{logs['val_reconstruction']:.1f}",
            "KL": f"{logs['val_kl']:.1f}",
            "bits/character": bits,
            "characters/s": f"{logs['characters_per_second']:,.0f}",
        }
        _write(f"{self._row(cells)}  {self._time_left()}")
        for name, text in self.examples(epoch).items():
            _write(f"  {name:26}{text}")
        later = epoch + 1 - self.best_epoch
        if self.best_epoch and later >= PATIENCE and not self.warned:
            self.warned = True
            _write(
                f"note: validation texts have cost more than after epoch "
                f"{self.best_epoch} for {later} epochs; the model probably "
                f"learns the training texts by heart; epoch {self.best_epoch} "
                "is kept"
            )

    def _row(self, cells):
        return "".join(
            cells[name].rjust(width) for name, width in self.widths.items()
        )

    def _time_left(self):
        done = self.model.steps_done
        passed = time.monotonic() - self.begin
        rate = passed / (done - self.begin_step)
        return duration(rate * (self.steps - done))


def is_final(objective: Objective, step: int) -> bool:
    """Returns whether the KL weight has reached its last value."""
    return not objective.kl_grows or step >= objective.kl_full


def cost_name(objective: Objective) -> str:
    """Returns which cost on validation the best model has lowest."""
    if objective.kl == "none":
        return "reconstruction"
    return "negative_elbo"


def bits_per_char(
    objective: Objective, row: Mapping[str, float], prefix: str = ""
) -> float:
    """Returns what texts cost: without a KL term, their reconstruction alone.

    Args:
        objective: weights of the loss.
        row: costs of an epoch by name.
        prefix: `"val_"` for validation texts.
    """
    bits = row[f"{prefix}bits_per_char"]
    if objective.kl != "none":
        return bits
    nats, total = (
        row[prefix + name] for name in ("reconstruction", "negative_elbo")
    )
    return bits * nats / total


def duration(seconds: float) -> str:
    """Returns a time for people, such as "8 min"."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _write(text):
    tqdm.write(text, file=sys.stderr)
