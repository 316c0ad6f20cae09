"""What every trained model offers: functions of named columns.

Every input and output has a row for each text. Texts are string columns of
shape `(batch,)`; `z`, `z_mean` and `z_log_var` are float32 of shape
`(batch, z_size)`; `seed` is int64, `truncated` bool, all others float32, of
shape `(batch,)`. The `text` of `interpolate` has shape `(batch, points)`.

Servers and clients rely on these names.
"""

from typing import NamedTuple, Protocol

import numpy as np

from pipelines.errors import UserError


class Signature(NamedTuple):
    """Names of the inputs and outputs of one function."""

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
"""By name."""

DEFAULT = "reconstruct"
"""The function that is called if a request names none."""

POINTS = 7
"""How many texts `interpolate` writes."""

LARGEST_BATCH = 64
"""Rows that a server takes at once."""


class Signatures(Protocol):
    """What calls these functions: a model here, an export, or a server."""

    rows: int
    """At most so many rows a call."""

    @property
    def z_size(self) -> int:
        """Width of the latent vector, 0 if there is none."""

    def __call__(
        self, name: str, inputs: dict[str, np.ndarray], **options
    ) -> dict[str, np.ndarray]:
        """Calls one function.

        Args:
            name: one of `SIGNATURES`.
            inputs: its columns by their names.
            options: `top_k` and `top_p`; a model here alone takes them.
        """


def refuse_options(options: dict) -> None:
    """Raises UserError for what the functions of exports do not take."""
    for name in options:
        raise UserError(
            f"an export takes no `{name}`; leave it out, or use the run that "
            "it was exported from"
        )
