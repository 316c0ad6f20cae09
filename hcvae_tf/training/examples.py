"""Texts that show what a model can do while it is trained."""

import warnings

import numpy as np

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.errors import UserNote
from pipelines.shortened import shortened
from pipelines.standard_streams import on_one_line

_TEMPERATURE = 0.7
# A terminal's 80, less what `Progress` prints before a text.
_WIDTH = 52


class Examples:
    """Writes a text from z = 0, and a reconstruction.

    Args:
        trained: the model.
        text: a validation text.
    """

    def __init__(self, trained: TrainedTextVAE, text: bytes):
        self.trained = trained
        self.text = text

    def __call__(self, epoch: int) -> dict[str, str]:
        """Returns texts by what they are, cut to the width of a terminal."""
        trained, text = self.trained, self.text
        if not trained.z_size:
            written = trained.sample(1, temperature=_TEMPERATURE, seed=epoch)
            return {"new text:": _shown(written[0])}
        z = np.zeros((1, trained.z_size), np.float32)
        (new,) = trained.decode(z, temperature=_TEMPERATURE, seed=epoch)
        # The text may be the first part of one.
        with warnings.catch_warnings(action="ignore", category=UserNote):
            (again,) = trained.reconstruct([text])
        texts = {
            "new text from z = 0:": new,
            "text for validation:": text.decode("utf-8", "replace"),
            "reconstructed from its z:": again,
        }
        return {name: _shown(each) for name, each in texts.items()}


def _shown(text):
    return shortened(on_one_line(text), _WIDTH)
