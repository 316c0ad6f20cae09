"""Progress of a search on the terminal."""

import sys
import time
from typing import Any

from tqdm import tqdm

from tuner.search_results import TrialResult, as_text, searched_values


class SearchProgress:
    """Shows a progress bar over all trials and prints lines about each.

    Args:
        trials: number of trials of the search.
        bar: whether to show the bar; for a process that runs all trials.
    """

    def __init__(self, trials: int, bar: bool):
        self.trials = trials
        self.bar = tqdm(
            total=trials,
            bar_format="{percentage:3.0f}%|{bar}| {n:.1f}/{total} trials "
            "[{elapsed}<{remaining}]",
            dynamic_ncols=True,
            disable=None if bar else True,
        )
        self.done = 0

    def start(self, found: list[TrialResult]) -> None:
        """Starts with the trials of an earlier session."""
        self.done = self.bar.initial = len(found)
        self.ended, self.begun = 0, time.monotonic()

    def begin(self, name: str, values: dict[str, Any]) -> None:
        """Prints the values of a new trial."""
        pairs = searched_values(values).items()
        texts = (f"{setting} {as_text(value)}" for setting, value in pairs)
        self._print(f"trial {name} begins: {', '.join(texts)}")

    def move(self, share: float) -> None:
        """Moves the bar to a share of the running trial."""
        self.bar.n = self.done + share
        self.bar.refresh()

    def fail(self, name: str, reason: str) -> None:
        """Prints why a trial failed."""
        self._print(f"trial {name} failed: {reason}")

    def end(self, found: list[TrialResult], name: str) -> None:
        """Prints the result of a trial and the time left."""
        self.done = len(found)
        self.ended += 1
        per_trial = (time.monotonic() - self.begun) / self.ended
        minutes = per_trial * (self.trials - self.done) / 60
        ended = next(each for each in found if each.name == name)
        self._print(
            f"trial {name}: {ended.summary}; {self.done} of {self.trials}, "
            f"about {minutes:.0f} min left"
        )

    def _print(self, text):
        tqdm.write(text, file=sys.stderr)
