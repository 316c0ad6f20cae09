"""What the commands that write texts share."""

import dataclasses
from collections.abc import Iterable

from pipelines.command_line import UserError

# All that any reader may take for the end of a line.
_ESCAPES = {
    ord(end): end.encode("unicode_escape").decode()
    for end in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
}


@dataclasses.dataclass(frozen=True)
class Writing:
    """How characters are chosen."""

    temperature: float = 0.0
    """0: always the most probable character; 1: draw from the model."""
    top_k: int | None = None
    """Draw among this many characters at most."""
    top_p: float | None = None
    """Draw among the fewest characters that reach this probability."""
    seed: int = 0
    """Of all draws: equal seeds give equal texts."""

    def check(self) -> None:
        """Raises UserError at the first setting that is impossible."""
        if not 0 <= self.temperature < float("inf"):
            raise UserError(
                f"--temperature must be 0 or above, not {self.temperature}"
            )
        if self.top_k is not None and self.top_k < 1:
            raise UserError(f"--top-k must be 1 or more, not {self.top_k}")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise UserError(
                f"--top-p must be above 0 and at most 1, not {self.top_p}"
            )
        if self.seed < 0:
            raise UserError(f"--seed must be 0 or above, not {self.seed}")


def escape(text: str) -> str:
    r"""The text in one line: a line break inside it becomes `\n`."""
    return text.translate(_ESCAPES)


def print_texts(texts: Iterable[str]) -> None:
    """Prints one text a line."""
    for text in texts:
        print(escape(text))
