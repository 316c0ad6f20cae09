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

    def print_costs(
        self, bits_per_char: float, text: str, parts: list[tuple[str, float]]
    ) -> None:
        """Prints what a text costs, and below it what its parts cost.

        Args:
            bits_per_char: cost of the text.
            text: the text.
            parts: name and bits of each part.
        """
        row = {"bits_per_char": bits_per_char, "text": text}
        if self.json:
            print(self._line({**row, "bits": parts}, ""))
            return
        self.print_rows([row])
        for part, bits in parts:
            # In quotes, because a piece may begin with a space.
            quoted = on_one_line(json.dumps(part, ensure_ascii=False))
            print(f"{bits:12.2f}  {quoted}")

    def _line(self, value, plain):
        return json.dumps(value, ensure_ascii=False) if self.json else plain
