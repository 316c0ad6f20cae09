"""Prints texts and what each of them is, one per line."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from hcvae_tf.command_line.text_output import TextOutput
from pipelines.standard_streams import on_one_line


@dataclasses.dataclass(frozen=True)
class LabelledTextOutput(TextOutput):
    r"""How texts are printed: label, tab, text, with `\n` for a line break."""

    json: bool = False
    """Print a JSON object for each text, or with --plain a JSON string."""
    plain: bool = False
    """Print the texts alone, without their labels."""

    def print_labelled(
        self, rows: Iterable[tuple[Sequence[str], dict[str, Any]]]
    ) -> None:
        """Prints texts, one per line.

        Args:
            rows: the labels of each text; the same in JSON, with the text as
                `"text"`.
        """
        for labels, row in rows:
            if self.plain:
                self.print([row["text"]])
                continue
            cells = map(on_one_line, (*labels, row["text"]))
            print(self._line(row, "\t".join(cells)))
