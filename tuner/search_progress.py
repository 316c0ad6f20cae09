"""What a search tells while it runs."""

import sys
import time
from typing import Any

from tqdm import tqdm

from tuner.search_results import (
    TrialResult,
    as_text,
    searched_values,
)

_FORMAT = "{percentage:3.0f}%|{bar}| {n:.1f}/{total} trials"


class SearchProgress:
    """A bar over all trials in a terminal, and a line for each.

    Args:
        trials: how many there are to be.
        bar: whether this process runs them all, so that it knows how far
            they are.
    """

    def __init__(self, trials: int, bar: bool):
        self.trials = trials
        self.bar = tqdm(
            total=trials,
            bar_format=_FORMAT + " [{elapsed}<{remaining}]",
            dynamic_ncols=True,
            disable=None if bar else True,
        )
        self.done = 0

    def start(self, found: list[TrialResult]) -> None:
        """Begins, with the trials of an earlier session."""
        self.done = self.bar.initial = len(found)
        self.ended, self.begun = 0, time.monotonic()

    def begin(self, name: str, values: dict[str, Any]) -> None:
        """Says what a trial tries."""
        pairs = searched_values(values).items()
        texts = (f"{setting} {as_text(value)}" for setting, value in pairs)
        self._write(f"trial {name} begins: {', '.join(texts)}")

    def move(self, share: float) -> None:
        """Shows how far the trial is."""
        self.bar.n = self.done + share
        self.bar.refresh()

    def fail(self, name: str, reason: str) -> None:
        """Says why a trial failed."""
        self._write(f"trial {name} failed: {reason}")

    def end(self, found: list[TrialResult], name: str) -> None:
        """Says what came out and how long it will take."""
        self.done = len(found)
        self.ended += 1
        per_trial = (time.monotonic() - self.begun) / self.ended
        minutes = per_trial * (self.trials - self.done) / 60
        ended = next(each for each in found if each.name == name)
        self._write(
            f"trial {name}: {ended.summary}; {self.done} of {self.trials}, "
            f"about {minutes:.0f} min left"
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.bar.close()

    def _write(self, text):
        tqdm.write(text, file=sys.stderr)
