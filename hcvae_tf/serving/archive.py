"""Writing a model as a SavedModel."""

from pathlib import Path

import tensorflow as tf

from hcvae_tf.endpoints import Endpoints
from hcvae_tf.serving.contract import DEFAULT, SIGNATURES


def write_saved_model(endpoints: Endpoints, folder: Path) -> None:
    """Writes the six functions of a model and its weights.

    Args:
        endpoints: of a model with a latent vector.
        folder: new.
    """
    signatures = {name: endpoints.function(name) for name in SIGNATURES}
    signatures[tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY] = signatures[
        DEFAULT
    ]
    module = tf.Module()
    module.weights = [weight.value for weight in endpoints.model.weights]
    # The gradient of the scan is of no use to a server.
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=False)
    tf.saved_model.save(module, str(folder), signatures, options)
