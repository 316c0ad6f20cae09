"""Creates empty charts and writes charts to files."""

import sys
import unicodedata
import warnings
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import UserError, one_line
from pipelines.files.writing import replacing
from pipelines.standard_streams import on_one_line

ENDINGS = (".svg", ".png", ".pdf")
_STYLE = Path(__file__).with_name("charts.mplstyle")


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


def panels(
    labels: Sequence[tuple[str, str]], width: float = 4.5, height: float = 3.2
):
    """Creates a row of empty charts.

    Args:
        labels: labels of the x and y axis of each chart.
        width: width of each chart, inches.
        height: height of the row, inches.

    Returns:
        A matplotlib figure and the list of its axes.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    # The default first, so that no file of the user changes a chart.
    pyplot.style.use(["default", _STYLE])
    figure, axes = pyplot.subplots(
        1, len(labels), figsize=(width * len(labels), height), squeeze=False
    )
    for axis, (x, y) in zip(axes[0], labels, strict=True):
        axis.set(xlabel=x, ylabel=y)
    return figure, list(axes[0])


def from_zero(axis) -> None:
    """Begins the y axis a little below 0, so that a line at 0 is seen whole."""
    bottom, top = axis.get_ylim()
    axis.set_ylim(min(bottom, -0.03 * top), top)


def add_legend(axis, title: str | None = None) -> None:
    """Explains what is drawn on an axis, to its right and so off the data."""
    # A legend of the figure takes no room from the chart.
    axis.figure.legend(
        *axis.get_legend_handles_labels(),
        title=title,
        loc="upper left",
        bbox_to_anchor=(1.02, 1),
        bbox_transform=axis.transAxes,
        borderaxespad=0,
        alignment="left",
    )


def printable(text: str) -> str:
    """Returns a text without the characters that XML does not allow."""
    printed = "".join(c if _in_xml(c) else "\ufffd" for c in on_one_line(text))
    # Matplotlib leaves labels out of a legend if they begin with `_`.
    return "\u200a" * printed.startswith("_") + printed


def _in_xml(character: str) -> bool:
    """Returns whether it is none of control, half of a pair, and no character.

    Spaces of any width, and the joiners that scripts and emoji need, are.
    """
    return unicodedata.category(character) not in ("Cc", "Cs", "Cn")


def save(figure, file: str | Path) -> None:
    """Writes a chart to a file and closes it.

    Raises:
        UserError: if the file cannot be written.
    """
    from matplotlib import pyplot

    file = Path(file)
    metadata = {"Date": None} if file.suffix == ".svg" else {}
    try:
        with replacing(file) as part, warnings.catch_warnings():
            if file.suffix == ".svg":
                # Whoever shows the file has a font with the character.
                warnings.filterwarnings("ignore", "Glyph .* missing from font")
            figure.savefig(part, metadata=metadata)
    except OSError as error:
        raise UserError(f"cannot write {file}: {one_line(error)}") from None
    finally:
        pyplot.close(figure)


def save_and_tell(figure, file: str) -> None:
    """Saves the one chart of a command, and says so on standard error.

    Raises:
        UserError: if the file cannot be written.
    """
    save(figure, file)
    print(f"wrote {on_one_line(file)}", file=sys.stderr)
