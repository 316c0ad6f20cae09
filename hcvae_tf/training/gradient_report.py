"""Reports steps whose gradient was left out, and ends if that goes on."""

import math
import sys

import keras
from tqdm import tqdm

from pipelines.errors import UserError

_LINES = 3
_MOST_IN_A_ROW = 50


class GradientReport(keras.callbacks.Callback):
    """Prints a line when a step is left out; see `GradientGuard`.

    Args:
        chief: whether this process prints.
    """

    def __init__(self, chief: bool):
        super().__init__()
        self.chief = chief

    def on_train_begin(self, logs=None):
        """Counts from here on."""
        self.guard = self.model.guard
        self.known = 0 if self.guard is None else self._left_out()

    def _left_out(self):
        return int(self.guard.left_out.numpy())

    def on_train_batch_end(self, batch, logs=None):
        """Prints, or ends the training.

        Raises:
            UserError: after 50 steps in a row that were left out.
        """
        if self.guard is None or self._left_out() == self.known:
            return
        self.known = self._left_out()
        step = self.model.steps_done
        usual = math.exp(float(self.guard.log_mean.numpy()))
        if self.chief and self.known <= _LINES:
            last = "; later ones are counted, not printed" * (
                self.known == _LINES
            )
            tqdm.write(
                f"step {step:,}: its gradient is not finite or more than "
                f"{self.guard.factor:g} times the usual one (norm {usual:.3g})"
                f", so it is left out; {self.known} so far{last}",
                file=sys.stderr,
            )
        if self.guard.in_a_row.numpy() >= _MOST_IN_A_ROW:
            raise UserError(
                f"the gradients of the last {_MOST_IN_A_ROW} steps, up to step "
                f"{step:,}, were not finite or more than {self.guard.factor:g} "
                f"times the usual ones (norm {usual:.3g}) and were left out: "
                "the training has failed; the last checkpoint is kept; train "
                "again with a lower `learning_rate`"
            )
