"""Signatures of a trained model: functions of named columns.

Every input and output has one row per text. Texts are string columns of
shape `(batch,)`; `z`, `z_mean` and `z_log_var` are float32 of shape
`(batch, z_size)`; `seed` is int64, `truncated` bool, all others float32, of
shape `(batch,)`. The `text` of `interpolate` has shape `(batch, points)`.

Servers and clients rely on these names.
"""

from typing import NamedTuple, Protocol

import numpy as np

from pipelines.errors import UserError

NO_LATENT = (
    "this model is a language model without a latent vector; it can only "
    "sample and score"
)


class Signature(NamedTuple):
    """Names of the inputs and outputs of one signature."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


SIGNATURES = {
    "encode": Signature(("text",), ("z_mean", "z_log_var", "truncated")),
    "decode": Signature(("z", "temperature", "seed"), ("text",)),
    "reconstruct": Signature(
        ("text", "temperature", "seed"), ("text", "truncated")
    ),
    "sample": Signature(("seed", "temperature"), ("text",)),
    "interpolate": Signature(("start", "end"), ("text", "truncated")),
    "score": Signature(
        ("text",),
        (
            *("negative_elbo", "reconstruction", "kl", "bits_per_char"),
            "truncated",
        ),
    ),
}
"""The signatures by name."""

DEFAULT_SIGNATURE = "reconstruct"
"""The signature that a request calls if it names none."""

INTERPOLATION_POINTS = 7
"""Number of texts that `interpolate` writes."""

LARGEST_BATCH = 64
"""Largest number of rows that a server accepts per request."""


class Signatures(Protocol):
    """Calls the signatures: of a local model, an export or a server."""

    rows: int
    """Largest number of rows per call."""

    @property
    def z_size(self) -> int:
        """Width of the latent vector, 0 for a language model."""

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Calls one signature.

        Args:
            name: one of `SIGNATURES`.
            inputs: its input columns by name.
            options: `top_k` and `top_p`; only a local model supports them.

        Returns:
            Its output columns by name.
        """


def refuse_options(options: dict) -> None:
    """Raises UserError if an option is given: exports support none."""
    for name in options:
        raise UserError(
            f"an export does not support `{name}`; leave it out, or use the "
            "run that it was exported from"
        )
