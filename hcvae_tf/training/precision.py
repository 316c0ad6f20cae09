"""Chooses the precision that trains faster on this machine."""

import tensorflow as tf

from hcvae_tf.models.config import Config
from hcvae_tf.training.environment import seconds_in_turns

# bfloat16 needs casts, so its products must be clearly faster.
_MINIMUM_SPEEDUP = 1.2
_PRODUCTS, _TEXTS = 20, 16


def resolve_precision(config: Config) -> str:
    """Returns the precision, for "auto" the faster one on this machine."""
    precision, model = config.training.precision, config.model
    if precision != "auto":
        return precision
    lstm = model.decoder == "lstm" or model.language_model == "lstm"
    return faster_precision(
        model.decoder_units if lstm else model.bytenet_width
    )


def faster_precision(width: int) -> str:
    """Returns "bfloat16" if it is clearly faster, else "float32".

    On a CPU this times products as those of an LSTM in both precisions, which
    takes some tenths of a second. A GPU supports bfloat16 from compute
    capability 8.0 on.

    Args:
        width: units of the LSTM, or filters of the masked convolutions.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        modern = details.get("compute_capability", (0, 0)) >= (8, 0)
        return "bfloat16" if modern else "float32"
    steps = {name: products(name, width) for name in ("float32", "bfloat16")}
    seconds = seconds_in_turns(steps, rounds=7)
    # The minimum, because other load can only add to the time.
    speedup = min(seconds["float32"]) / min(seconds["bfloat16"])
    return "bfloat16" if speedup >= _MINIMUM_SPEEDUP else "float32"


def products(dtype, width):
    """Returns a function that multiplies states by weights of this type."""
    weights = tf.zeros((width, 4 * width), dtype)

    @tf.function
    def run(state):
        for _ in tf.range(_PRODUCTS):
            state = tf.matmul(state, weights)[:, :width]
        return state

    state = tf.zeros((_TEXTS, width), dtype)
    return lambda: run(state).numpy()
