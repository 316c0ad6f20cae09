"""Signatures of an export, which TensorFlow alone can run."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from hcvae_tf.inference.signatures import SIGNATURES, refuse_options
from pipelines.errors import UserError, one_line
from pipelines.files import file_system
from pipelines.shortened import shortened


class ExportedSignatures:
    """Calls the signatures of an exported model.

    Args:
        folder: folder of one version.

    Raises:
        UserError: if the export is damaged or not from this library.
    """

    rows = 256

    def __init__(self, folder: Path):
        # Otherwise the weights of another model could be read.
        file_system.refuse_special(str(folder), "TensorFlow")
        try:
            # The signatures work only while the loaded object exists.
            self._loaded = tf.saved_model.load(str(folder))
            self._signatures = {
                name: self._loaded.signatures[name] for name in SIGNATURES
            }
        except (OSError, ValueError, LookupError, tf.errors.OpError) as error:
            raise UserError(
                f"{folder} is damaged or not an export of hcvae_tf "
                f"({shortened(one_line(error), 200)}); copy it again, or "
                "export again: python -m hcvae_tf.export"
            ) from None

    @property
    def z_size(self) -> int:
        """Width of the latent vector."""
        return self._inputs("decode")["z"].shape[1]

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Calls one signature; see `Signatures`.

        Raises:
            UserError: if `top_k` or `top_p` is given.
        """
        refuse_options(options)
        specs = self._inputs(name)
        columns = {
            key: tf.constant(value, specs[key].dtype)
            for key, value in inputs.items()
        }
        outputs = self._signatures[name](**columns)
        return {key: value.numpy() for key, value in outputs.items()}

    def _inputs(self, name):
        return self._signatures[name].structured_input_signature[1]
