"""Which precision trains faster on this machine."""

import tensorflow as tf

from hcvae_tf.training.environment import seconds_in_turns

# bfloat16 has casts to pay for, so its products must be clearly faster.
_GAIN = 1.2


def resolve_precision(precision: str) -> str:
    """The precision itself; for "auto" the faster one on this machine."""
    return faster_precision() if precision == "auto" else precision


def faster_precision() -> str:
    """Gives "bfloat16" where that is clearly faster, else "float32".

    A CPU is asked to multiply matrices of the size of the paper's LSTM in
    both, some tenths of a second. A GPU is asked for its generation: from
    compute capability 8.0 on it has bfloat16 (not tried on one).
    """
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        modern = details.get("compute_capability", (0, 0)) >= (8, 0)
        return "bfloat16" if modern else "float32"
    products = {name: _product(name) for name in ("float32", "bfloat16")}
    seconds = seconds_in_turns(products, rounds=7)
    # What disturbs a product only adds to its time.
    gain = min(seconds["float32"]) / min(seconds["bfloat16"])
    return "bfloat16" if gain >= _GAIN else "float32"


def _product(dtype):
    weights, state = tf.ones((4096, 1024), dtype), tf.ones((1024, 64), dtype)
    return lambda: tf.matmul(weights, state)[0, 0].numpy()
