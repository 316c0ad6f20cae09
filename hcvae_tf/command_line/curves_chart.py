"""Draws training curves."""

import math

from hcvae_tf.command_line.plotting import (
    add_legend,
    from_zero,
    panels,
    printable,
    save_and_tell,
)

COLUMNS = {
    "val_bits_per_char": "negative ELBO, bits per character",
    "val_kl": "KL, nats per text",
}
"""Columns of `log.csv` that are drawn, and what they are."""
_THIN = {"linestyle": ":", "linewidth": 1}


def draw_curves(logs: dict[str, list[dict[str, float]]], file: str) -> None:
    """Draws validation cost and KL over the training steps.

    Args:
        logs: label of each run and its log; see `RunFolder.read_log`.
        file: file to write.

    Raises:
        UserError: if the file cannot be written.
    """
    figure, axes = panels([("training steps", y) for y in COLUMNS.values()])
    for axis, column, scale in zip(
        axes, COLUMNS, (_scale_bits, _scale_kl), strict=True
    ):
        values = []
        for label, rows in logs.items():
            y = [_finite(row[column]) for row in rows]
            values += filter(math.isfinite, y)
            steps = [row["step"] for row in rows]
            # A run of one epoch is a dot.
            axis.plot(steps, y, ".-", label=printable(label))
        if values:
            scale(axis, min(values), max(values))
        for line, rows in zip(axis.get_lines(), logs.values(), strict=True):
            for step in _grown(rows):
                axis.axvline(step, color=line.get_color(), **_THIN)
    if any(map(_grown, logs.values())):
        name = "KL weight is 1 from here"
        axes[1].plot([], [], color="grey", label=name, **_THIN)
    add_legend(axes[1])
    save_and_tell(figure, file)


def _finite(value):
    return value if math.isfinite(value) else math.nan


def _grown(rows):
    """Returns the step from which on the KL weight is 1, none if always."""
    weights = [row.get("kl_weight", 1.0) for row in rows]
    below = [number for number, weight in enumerate(weights) if weight < 1]
    return [row["step"] for row in rows[below[-1] + 1 :]][:1] if below else []


def _scale_bits(axis, least, most):
    """Makes the axis logarithmic if large first costs flatten the rest."""
    from matplotlib import ticker

    if 0 < 3 * least < most:
        axis.set_yscale("log")
        _mark(axis, ticker.LogLocator(subs=(1, 2, 3, 5)))


def _scale_kl(axis, least, most):
    """Makes the axis logarithmic above 1 nat if large KLs flatten the rest."""
    from matplotlib import ticker

    if most > 20 * max(least, 1.0):
        scale = {"base": 10, "linthresh": 1}
        axis.set_yscale("symlog", **scale)
        _mark(axis, ticker.SymmetricalLogLocator(subs=(1, 2, 5), **scale))
        axis.set_ylim(bottom=-0.1)
    else:
        from_zero(axis)


def _mark(axis, locator):
    """Marks plain numbers on a logarithmic axis, not powers of ten."""
    from matplotlib import ticker

    axis.yaxis.set_major_locator(locator)
    axis.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
    axis.yaxis.set_minor_locator(ticker.NullLocator())
