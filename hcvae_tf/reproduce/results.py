"""All records of a scale, for figures and tables."""

import contextlib
import functools
import operator
import statistics
from collections.abc import Callable, Iterable
from typing import Any

from hcvae_tf.reproduce.experiment import Runs
from hcvae_tf.reproduce.record import Locations, read_record

Measure = Callable[[dict[str, Any]], float]
Columns = dict[str, tuple[Measure, int]]
"""Head of each column of a table → its measure and the digits."""


class Missing(Exception):
    """A claim needs an experiment that was not run; the text names it."""


class Results(dict[str, list[dict[str, Any]]]):
    """All records by experiment, one a seed; none of an unknown experiment.

    Args:
        place: where the records are.
    """

    def __init__(self, place: Locations):
        super().__init__()
        for file in sorted(place.records.glob("*.json")):
            record = read_record(place, file.stem)
            self.setdefault(record["experiment"], []).append(record)

    def __missing__(self, name: str) -> list[dict[str, Any]]:
        return []

    def each(self, name: str, measure: Measure) -> list[float]:
        """Returns a measure of each record that has it."""
        values = []
        for record in self[name]:
            with contextlib.suppress(KeyError):
                values.append(measure(record))
        return values

    def mean(self, name: str, measure: Measure) -> float:
        """Returns the mean over the seeds of an experiment.

        Raises:
            Missing: if no record has that measure.
        """
        values = self.each(name, measure)
        if not values:
            raise Missing(name)
        return statistics.mean(values)

    def means(
        self, runs: Runs, measure: Measure, at: Iterable[float] | None = None
    ) -> dict[float, float]:
        """Returns the mean of all runs, or of those `at` some values.

        Raises:
            Missing: if no record of a run has that measure.
        """
        values = runs if at is None else at
        return {x: self.mean(runs[x].name, measure) for x in values}

    def text(self, name: str, measure: Measure, digits: int) -> str:
        """Formats the mean, with the deviation of two or more seeds."""
        numbers = self._mean_and_deviation(name, measure)
        return " ± ".join(f"{number:.{digits}f}" for number in numbers) or "-"

    def row(
        self, label: str, runs: Runs, measure: Measure, digits: int
    ) -> list[str]:
        """Returns a row of a `table`: a measure of several experiments."""
        names = (run.name for run in runs.values())
        return [label, *(self.text(name, measure, digits) for name in names)]

    def cells(self, name: str, columns: Columns) -> list[str]:
        """Returns a part of a row: several measures of an experiment."""
        return [self.text(name, *column) for column in columns.values()]

    def draw(self, axis, runs: Runs, measure: Measure, **style):
        """Draws a measure over the setting that varies, with error bars.

        Args:
            axis: matplotlib's axis.
            runs: the experiments; those without a record are left out.
            measure: the y value.
            style: style of the line.
        """
        points = []
        for x, run in runs.items():
            numbers = self._mean_and_deviation(run.name, measure)
            if numbers:
                points.append((x, *numbers, 0.0)[:3])
        if points:
            x, y, error = zip(*points, strict=True)
            error = error if any(error) else None
            axis.errorbar(x, y, error, marker="o", markersize=3, **style)

    def _mean_and_deviation(self, name, measure) -> list[float]:
        """Returns the mean, if there are values, and deviation, if several."""
        values = self.each(name, measure)
        functions = (statistics.mean, statistics.stdev)[: len(values)]
        return [function(values) for function in functions]


def field(*keys: str) -> Measure:
    """Returns the measure that records store under these nested keys."""
    return lambda record: functools.reduce(operator.getitem, keys, record)


negative_elbo = field("costs", "negative_elbo")
"""Nats per text."""
reconstruction = field("costs", "reconstruction")
"""Nats per text."""
kl = field("costs", "kl")
"""Nats per text."""
bits = field("costs", "bits_per_char")
"""Negative ELBO, bits per character."""
distinct = field("texts", "distinct")
"""Share of distinct texts among the greedy samples."""


def kl_bits(record: dict[str, Any]) -> float:
    """Returns the KL, bits per character."""
    return bits(record) * kl(record) / negative_elbo(record)


def listed(values: dict[float, float], form: str) -> str:
    """Formats values by the setting x, each as in `"{y:.1f} (T {x})"`."""
    return ", ".join(form.format(x=x, y=y) for x, y in values.items())


def table(head: list[str], rows: list[list[str]], align: str = "---:") -> str:
    """Formats a Markdown table; `align` is for all columns but the first."""
    lines = [head, ["---", *[align] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
