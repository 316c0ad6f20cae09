"""Reads the log of a training, `log.csv`: one row per epoch."""

import csv
from pathlib import Path

from pipelines.errors import UserError

NAME = "log.csv"
COLUMNS = {"epoch", "step", "val_bits_per_char", "val_kl", "seconds"}
"""Columns that every log has."""


def read_log(file: Path) -> list[dict[str, float]]:
    """Returns one dict per epoch, none if the file is missing.

    Raises:
        UserError: if it is damaged.
    """
    if not file.is_file():
        return []
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            rows = [
                {name: float(value) for name, value in row.items()}
                for row in csv.DictReader(lines)
            ]
    except (ValueError, TypeError, csv.Error):
        rows = []
    if not rows or not rows[0].keys() >= COLUMNS:
        raise UserError(
            f"{file} is damaged; restore it from an undamaged copy, or move "
            "it away"
        )
    return rows
