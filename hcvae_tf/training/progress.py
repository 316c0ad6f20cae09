"""Shows the progress of the training."""

import math
import sys
import time
from collections.abc import Callable, Mapping

import keras
from tqdm import tqdm

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
# Epochs without a better one until the user is told.
_PATIENCE = 3
_HEADS = (
    *("epoch", "KL weight", "reconstruction"),
    *("KL", "bits/character", "characters/s"),
)
_WIDTHS = (7, 10, 15, 8, 16, 13)


class Progress(keras.callbacks.Callback):
    """One progress bar for all epochs; after each one a line and examples.

    Args:
        epochs: number of all epochs.
        steps_per_epoch: training steps in an epoch.
        done: number of training steps that are done already.
        objective: tells when the KL counts in full.
        examples: returns the texts to show after an epoch, by what they are.
        has_z: whether the model has a latent vector.
    """

    def __init__(
        self,
        epochs: int,
        steps_per_epoch: int,
        done: int,
        objective: Objective,
        examples: Callable[[int], dict[str, str]],
        has_z: bool,
    ):
        super().__init__()
        self.epochs = epochs
        self.steps = epochs * steps_per_epoch
        self.begin_step = done
        self.objective = objective
        self.examples = examples
        self.has_z = has_z
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
        self.best_bits, self.best_epoch, self.warned = math.inf, 0, False
        _write(_UNITS)
        if not self.has_z:
            _write(_LEGEND_WITHOUT_Z)
        elif self.objective.kl == "none":
            _write(_LEGEND_WITHOUT_KL)
        else:
            _write(_LEGEND)
        heads = "".join(map(str.rjust, _HEADS, _WIDTHS))
        _write(f"{heads}  time left")
        return self

    def __exit__(self, *_):
        self.bar.close()

    def on_train_batch_end(self, batch, logs=None):
        """Advances the bar."""
        self.bar.update()
        costs = f"reconstruction {logs['reconstruction']:.1f}"
        self.bar.set_postfix_str(f"{costs}, KL {logs['kl']:.1f}", refresh=False)

    def on_epoch_end(self, epoch, logs=None):
        """Prints the line of the epoch, and its examples."""
        weight = logs["kl_weight"]
        bits = "-"
        if is_final(self.objective, self.model.steps_done):
            validation = bits_per_char(self.objective, logs, "val_")
            training = bits_per_char(self.objective, logs)
            bits = f"{validation:.3f} ({training:.3f})"
            self._watch(validation, epoch + 1)
        cells = (
            f"{epoch + 1}/{self.epochs}",
            f"{weight:.3g}",
            f"{logs['val_reconstruction']:.1f}",
            f"{logs['val_kl']:.1f}",
            bits,
            f"{logs['characters_per_second']:,.0f}",
        )
        line = "".join(map(str.rjust, cells, _WIDTHS))
        _write(f"{line}  {self._time_left()}")
        for name, text in self.examples(epoch).items():
            _write(f"  {name:26}{text}")
        later = epoch + 1 - self.best_epoch
        if self.best_epoch and later >= _PATIENCE and not self.warned:
            self.warned = True
            _write(
                f"note: validation texts have cost more than after epoch "
                f"{self.best_epoch} for {later} epochs; the model probably "
                f"learns the training texts by heart; epoch {self.best_epoch} "
                "is kept"
            )

    def _watch(self, bits, epoch):
        if bits < self.best_bits:
            self.best_bits, self.best_epoch = bits, epoch

    def _time_left(self):
        done = self.model.steps_done
        passed = time.monotonic() - self.begin
        rate = passed / (done - self.begin_step)
        return duration(rate * (self.steps - done))


def is_final(objective: Objective, step: int) -> bool:
    """Returns whether the KL weight has reached its last value."""
    return not objective.kl_grows or step >= objective.kl_end


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
