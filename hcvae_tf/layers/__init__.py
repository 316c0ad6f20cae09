"""The layers that Keras does not have."""

import keras

from pipelines.errors import UserError

if keras.backend.backend() != "tensorflow":
    raise UserError(
        f"hcvae_tf needs Keras with TensorFlow, not {keras.backend.backend()}; "
        "set KERAS_BACKEND=tensorflow before Keras is imported"
    )
