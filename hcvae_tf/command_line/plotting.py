"""What all charts share: an empty figure, and writing it to a file."""

from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import UserError
from pipelines.files.writing import replacing

ENDINGS = (".svg", ".png", ".pdf")


def check_file(file: str, argument: str = "to") -> None:
    """Raises UserError if no chart can be written under that name."""
    if Path(file).suffix not in ENDINGS:
        raise UserError(
            f"`{argument}` must end in {', '.join(ENDINGS)}: {file}"
        )
    folder = Path(file).absolute().parent
    if not folder.is_dir():
        raise UserError(
            f"{folder} is no folder; make it, or name another `{argument}`"
        )


def panels(labels: Sequence[tuple[str, str]], width: float = 4.5):
    """A row of empty charts.

    Args:
        labels: of the x and y axis of each.
        width: inches of each.

    Returns:
        A matplotlib figure and the list of its axes.
    """
    import matplotlib

    matplotlib.use("Agg")
    # The same numbers give the same file.
    matplotlib.rcParams["svg.hashsalt"] = "hcvae_tf"
    # Letters stay letters, so that no font is needed that has them all.
    matplotlib.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(
        1, len(labels), figsize=(width * len(labels), 3.2), squeeze=False
    )
    for axis, (x, y) in zip(axes[0], labels, strict=True):
        axis.set(xlabel=x, ylabel=y)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, list(axes[0])


def save(figure, file: str | Path) -> None:
    """Writes a chart and forgets it.

    Raises:
        UserError: if the file cannot be written.
    """
    from matplotlib import pyplot

    figure.tight_layout()
    file = Path(file)
    metadata = {"Date": None} if file.suffix == ".svg" else {}
    try:
        with replacing(file) as part:
            figure.savefig(part, metadata=metadata)
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}") from None
    finally:
        pyplot.close(figure)
