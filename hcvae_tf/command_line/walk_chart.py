"""Draws the texts on a path between two latent vectors."""

from typing import TYPE_CHECKING

from hcvae_tf.command_line.plotting import panels, printable, save_and_tell
from pipelines.shortened import shortened

if TYPE_CHECKING:
    import numpy as np

    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

_WIDTH = 80
"""Width of the longest text that is shown whole, in Latin letters."""


def draw_walk(
    trained: "TrainedTextVAE",
    ends: "np.ndarray",
    written: list[str],
    inputs: list[str],
    file: str,
) -> None:
    """Draws the texts below each other, each with its distance from both ends.

    A distance is Euclidean: from an end of the path to the z_mean of the text
    that was written.

    Args:
        trained: the model, which encodes the written texts.
        ends: first and last latent vector of the path, shape `(2, z_size)`.
        written: the texts from the first to the last point.
        inputs: the two texts whose z_mean are the ends, if there are any.
        file: file to write.

    Raises:
        UserError: if the file cannot be written.
    """
    import numpy as np

    z, _ = trained.encode(written)
    marks = [str(number + 1) for number in range(len(written))]
    texts, styles = written, [{}] * len(written)
    if inputs:
        z = np.stack([ends[0], *z, ends[1]])
        marks = ["from", *marks, "to"]
        texts = [inputs[0], *written, inputs[1]]
        # Each has the colour of the bars that measure from it.
        first, last = ({"color": c, "style": "italic"} for c in ("C0", "C1"))
        styles = [first, *styles, last]
    height = 0.7 + 0.3 * len(texts)
    figure, (axis,) = panels([("distance in latent space", "")], 2.6, height)
    rows = np.arange(len(texts))
    for end, name, shift in zip(
        ends, ("start", "end"), (-0.16, 0.16), strict=True
    ):
        distances = np.linalg.norm(z - end, axis=1)
        label = f"from the {name}"
        axis.barh(rows + shift, distances, height=0.32, label=label)
    for row, text, style in zip(rows, texts, styles, strict=True):
        _write(axis, row, text, **style)
    axis.set_yticks(rows, marks)
    axis.set_ylim(len(texts) - 0.5, -0.5)
    axis.grid(axis="y", visible=False)
    axis.tick_params(axis="y", length=0)
    figure.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        bbox_transform=axis.transAxes,
        ncols=2,
    )
    save_and_tell(figure, file)


def _write(axis, row, text, **style):
    """Writes a text to the right of its bars."""
    # A text of the figure takes no room from the bars.
    axis.figure.text(
        *(1.04, row, shortened(printable(text), _WIDTH)),
        transform=axis.get_yaxis_transform(),
        va="center",
        **style,
    )
