"""Chooses the precision that trains faster on this machine."""

import tensorflow as tf

from hcvae_tf.training.environment import seconds_in_turns

# bfloat16 needs casts, so its products must be clearly faster.
_MINIMUM_SPEEDUP = 1.2


def resolve_precision(precision: str) -> str:
    """Returns the precision, for "auto" the faster one on this machine."""
    return faster_precision() if precision == "auto" else precision


def faster_precision() -> str:
    """Returns "bfloat16" if it is clearly faster, else "float32".

    On a CPU this multiplies matrices of the size of the paper's LSTM in both
    precisions, which takes some tenths of a second. A GPU supports bfloat16
    from compute capability 8.0 on (not tested on a GPU).
    """
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        modern = details.get("compute_capability", (0, 0)) >= (8, 0)
        return "bfloat16" if modern else "float32"
    products = {name: product(name) for name in ("float32", "bfloat16")}
    seconds = seconds_in_turns(products, rounds=7)
    # The minimum, because other load can only add to the time.
    speedup = min(seconds["float32"]) / min(seconds["bfloat16"])
    return "bfloat16" if speedup >= _MINIMUM_SPEEDUP else "float32"


def product(dtype):
    """Returns a function that multiplies matrices of this type."""
    weights, state = tf.ones((4096, 1024), dtype), tf.ones((1024, 64), dtype)
    return lambda: tf.matmul(weights, state)[0, 0].numpy()
