"""Creates empty charts and writes charts to files."""

from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import UserError, one_line
from pipelines.files.writing import replacing

ENDINGS = (".svg", ".png", ".pdf")


def check_chart_file(file: str, argument: str = "to") -> None:
    """Raises UserError if a chart cannot be written to the file."""
    if Path(file).suffix not in ENDINGS:
        raise UserError(
            f"`{argument}` must end in {', '.join(ENDINGS[:-1])} or "
            f"{ENDINGS[-1]}, not {file}"
        )
    folder = Path(file).absolute().parent
    if not folder.is_dir():
        raise UserError(
            f"{folder} is not a folder; create it, or change `{argument}`"
        )


def panels(labels: Sequence[tuple[str, str]], width: float = 4.5):
    """Creates a row of empty charts.

    Args:
        labels: labels of the x and y axis of each chart.
        width: width of each chart, inches.

    Returns:
        A matplotlib figure and the list of its axes.
    """
    import matplotlib

    matplotlib.use("Agg")
    # With a fixed salt, equal charts are equal files.
    matplotlib.rcParams["svg.hashsalt"] = "hcvae_tf"
    # Text stays text, so no font has to contain all its characters.
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
    """Writes a chart to a file and closes it.

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
        raise UserError(f"cannot write {file}: {one_line(error)}") from None
    finally:
        pyplot.close(figure)
