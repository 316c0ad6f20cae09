"""What every exported model offers: names that servers and clients rely on.

Every input and output has a row for each text. Texts are string columns of
shape `(batch,)`; `z`, `z_mean` and `z_log_var` are float32 of shape
`(batch, z_size)`; `seed` is int64, `truncated` bool, all others float32, of
shape `(batch,)`. The `text` of `interpolate` has shape `(batch, points)`.
"""

from typing import NamedTuple

from pipelines.command_line import UserError


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
"""The one that is called if a request names none."""

POINTS = 7
"""How many texts `interpolate` writes."""

LARGEST_BATCH = 64
"""Rows that a server takes at once."""


def refuse(choice: dict) -> None:
    """Raises UserError for what the functions of exports do not take."""
    for name in choice:
        raise UserError(
            f"an export takes no {name.replace('_', '-')}; leave it out, or "
            "use the run that it was exported from"
        )
