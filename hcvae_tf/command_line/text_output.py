"""Prints texts, one per line."""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from pipelines.standard_streams import on_one_line


@dataclasses.dataclass(frozen=True)
class TextOutput:
    r"""How texts are printed: one per line, with `\n` for a line break."""

    json: bool = False
    """Print each text as JSON, which keeps line breaks, tabs and all else."""

    def print(self, texts: Iterable[str]) -> None:
        """Prints texts, one per line."""
        for text in texts:
            print(self._line(text, on_one_line(text)))

    def print_rows(self, rows: Iterable[dict[str, Any]]) -> None:
        """Prints rows, one per line; their cells are separated by tabs.

        Args:
            rows: texts and numbers by name; the names are the keys in JSON.
        """
        for row in rows:
            cells = (
                f"{cell:.3f}" if isinstance(cell, float) else on_one_line(cell)
                for cell in row.values()
            )
            print(self._line(row, "\t".join(cells)))

    def _line(self, value, plain):
        return json.dumps(value, ensure_ascii=False) if self.json else plain
