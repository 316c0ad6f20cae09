"""Shows the progress of the training."""

import sys

import keras
from tqdm import tqdm


class ProgressBar(keras.callbacks.Callback):
    """One progress bar for all epochs, and one line per epoch.

    Args:
        epochs: number of all epochs.
        steps_per_epoch: training steps in an epoch.
        done: number of training steps that are done already.
    """

    def __init__(self, epochs: int, steps_per_epoch: int, done: int):
        super().__init__()
        self.epochs = epochs
        self.bar = tqdm(
            total=epochs * steps_per_epoch,
            initial=done,
            unit="step",
            dynamic_ncols=True,
            # None: no bar without a terminal, only the lines of the epochs.
            disable=None,
        )

    def on_train_batch_end(self, batch, logs=None):
        """Advances the bar."""
        self.bar.update()
        self.bar.set_postfix_str(_costs(logs, ""), refresh=False)

    def on_epoch_end(self, epoch, logs=None):
        """Prints the line of the epoch."""
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
