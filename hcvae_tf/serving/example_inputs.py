"""Example inputs of each signature, for warm-up requests and checks."""

import numpy as np

from hcvae_tf.inference.signatures import SIGNATURES

_TEXTS = (
    b"good morning",
    b"",
    bytes(range(256)),
    "caf\u00e9 \U0001f600".encode(),
    b"so long " * 100,
    b"@bob see http://a.org",
)


def example_inputs(
    signature: str, z_size: int, rows: int
) -> dict[str, np.ndarray]:
    """Returns input columns of a signature.

    Args:
        signature: one of `SIGNATURES`.
        z_size: width of the latent vector.
        rows: number of rows; the unusual texts come after the first.
    """
    numbers = np.random.default_rng(0)
    texts = np.array([_TEXTS[row % len(_TEXTS)] for row in range(rows)], object)
    columns = {
        "text": texts,
        "start": texts,
        "end": texts[::-1],
        "z": numbers.standard_normal((rows, z_size), np.float32),
        "temperature": np.arange(1, rows + 1, dtype=np.float32) % 2,
        "seed": np.arange(rows, dtype=np.int64),
    }
    return {name: columns[name] for name in SIGNATURES[signature].inputs}
