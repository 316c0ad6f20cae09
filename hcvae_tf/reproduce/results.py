"""All records of a scale, for figures and tables."""

import contextlib
import statistics
from collections.abc import Callable, Iterable
from typing import Any

from hcvae_tf.reproduce.record import Locations, read_record

Measure = Callable[[dict[str, Any]], float]


class Missing(Exception):
    """A claim needs an experiment that was not run; the text names it."""


class Results:
    """Reads all records and returns their measures, one a seed.

    Args:
        place: where the records are.
    """

    def __init__(self, place: Locations):
        self._records: dict[str, list[dict[str, Any]]] = {}
        for file in sorted(place.records.glob("*.json")):
            record = read_record(place, file.stem)
            self._records.setdefault(record["experiment"], []).append(record)

    def __contains__(self, name: str) -> bool:
        return name in self._records

    def records(self, name: str) -> list[dict[str, Any]]:
        """Returns the records of an experiment, by seed; empty if missing."""
        return self._records.get(name, [])

    def all(self) -> list[dict[str, Any]]:
        """Returns every record."""
        return [record for each in self._records.values() for record in each]

    def values(self, name: str, measure: Measure) -> list[float]:
        """Returns a measure of each record that has it."""
        values = []
        for record in self.records(name):
            with contextlib.suppress(KeyError):
                values.append(measure(record))
        return values

    def mean(self, name: str, measure: Measure) -> float:
        """Returns the mean over the seeds of an experiment.

        Raises:
            Missing: if no record has that measure.
        """
        values = self.values(name, measure)
        if not values:
            raise Missing(name)
        return statistics.mean(values)

    def text(self, name: str, measure: Measure, digits: int) -> str:
        """Formats the mean, with the deviation of two or more seeds."""
        values = self.values(name, measure)
        if not values:
            return "-"
        text = f"{statistics.mean(values):.{digits}f}"
        if len(values) > 1:
            text += f" ± {statistics.stdev(values):.{digits}f}"
        return text

    def row(
        self, label: str, names: Iterable[str], measure: Measure, digits: int
    ) -> list[str]:
        """Returns a row of a `table`: a measure of several experiments."""
        return [label, *(self.text(name, measure, digits) for name in names)]

    def draw(self, axis, runs: dict[float, str], measure: Measure, **style):
        """Draws a measure over the setting that varies, with error bars.

        Args:
            axis: matplotlib's axis.
            runs: x → name of the experiment; missing ones are left out.
            measure: the y value.
            style: style of the line.
        """
        points = []
        for x, name in runs.items():
            values = self.values(name, measure)
            if values:
                error = statistics.stdev(values) if len(values) > 1 else 0.0
                points.append((x, statistics.mean(values), error))
        if points:
            x, y, error = zip(*points, strict=True)
            error = error if any(error) else None
            axis.errorbar(x, y, error, marker="o", markersize=3, **style)


def negative_elbo(record: dict[str, Any]) -> float:
    """Returns the negative ELBO, nats per text."""
    return record["costs"]["negative_elbo"]


def reconstruction(record: dict[str, Any]) -> float:
    """Returns the reconstruction, nats per text."""
    return record["costs"]["reconstruction"]


def kl(record: dict[str, Any]) -> float:
    """Returns the KL, nats per text."""
    return record["costs"]["kl"]


def bits(record: dict[str, Any]) -> float:
    """Returns the negative ELBO, bits per character."""
    return record["costs"]["bits_per_char"]


def kl_bits(record: dict[str, Any]) -> float:
    """Returns the KL, bits per character."""
    return bits(record) * kl(record) / negative_elbo(record)


def table(head: list[str], rows: list[list[str]], align: str = "---:") -> str:
    """Formats a Markdown table; `align` is for all columns but the first."""
    lines = [head, ["---", *[align] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
