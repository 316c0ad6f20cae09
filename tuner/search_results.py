"""Results of a search: a table, a chart and the best settings."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hcvae_tf.command_line.plotting import add_legend, panels, save
from pipelines.files.writing import write_text
from tuner.plan import Plan
from tuner.ranges import SEARCHED
from tuner.trial import run_folder, why_failed

_MEASURES = {
    "negative_elbo": ("negative ELBO, nats", ",.2f"),
    "kl": ("KL, nats", ",.2f"),
    "bits_per_char": ("bits per character", ".3f"),
    "parameters": ("parameters", ",.0f"),
    "seconds": ("seconds of training", ",.0f"),
}
# It compares models of other vocabularies too.
_COST = "bits_per_char"


@dataclasses.dataclass(frozen=True)
class TrialResult:
    """A finished trial.

    Attributes:
        name: number of the trial.
        values: values of the settings that vary.
        measures: see `tuner.trial.run_trial`; empty if it failed.
        failure: why it failed; empty if unknown or not failed.
        missing: nats of KL below the minimum; 0 for a feasible trial.
    """

    name: str
    values: dict[str, Any]
    measures: dict[str, float]
    failure: str
    missing: float

    @property
    def feasible(self) -> bool:
        """Whether it was trained and has enough KL."""
        return bool(self.measures) and not self.missing

    @property
    def summary(self) -> str:
        """The result in a few words."""
        if not self.measures:
            return f"failed: {self.failure or 'see the output of its worker'}"
        cost, kl = self.measures[_COST], self.measures["kl"]
        text = f"negative ELBO {cost:.3f} bits per character, KL {kl:.2f} nats"
        return f"{text} ({self.missing:.2f} missing)" if self.missing else text

    @property
    def rank(self) -> tuple:
        """Sort key: feasible trials first, then missing KL, then cost."""
        cost = self.measures.get(_COST, 0.0)
        return not self.measures, self.missing, cost


def trial_results(
    trials: Iterable, min_kl: float, folder: Path
) -> list[TrialResult]:
    """Returns the finished trials, the best first.

    Args:
        trials: KerasTuner's trials.
        min_kl: minimum KL of a feasible model, nats per text.
        folder: folder of the search.
    """
    found = []
    for trial in trials:
        measures, failure = {}, ""
        if trial.status == "COMPLETED":
            value = trial.metrics.get_last_value
            measures = {name: value(name) for name in _MEASURES}
        elif trial.status == "FAILED":
            failure = why_failed(run_folder(folder, trial.trial_id))
        else:
            continue
        values = searched_values(trial.hyperparameters.values)
        missing = max(0.0, min_kl - measures.get("kl", min_kl))
        found.append(
            TrialResult(trial.trial_id, values, measures, failure, missing)
        )
    return sorted(found, key=lambda result: result.rank)


def searched_values(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the settings among the values of a trial."""
    return {name: values[name] for name in values if name in SEARCHED}


def as_text(value: float) -> str:
    """Formats a value; real numbers get up to four significant digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def pareto_front(found: list[TrialResult]) -> list[TrialResult]:
    """Returns the feasible trials that no other beats in both cost and KL."""
    feasible = [each for each in found if each.feasible]
    models = list(zip(*_coordinates(feasible), strict=True))
    return [
        each
        for each, (kl, cost) in zip(feasible, models, strict=True)
        if not any(more > kl and less < cost for more, less in models)
    ]


def write_results(folder: Path, found: list[TrialResult], plan: Plan) -> None:
    """Writes trials.md, trials.svg and, for a feasible trial, best.json.

    Args:
        folder: folder of the search.
        found: one or more results; see `trial_results`.
        plan: the plan of the search.

    Raises:
        UserError: if a file cannot be written.
    """
    write_text(folder / "trials.md", table(found))
    _draw(found, plan.min_kl, folder / "trials.svg")
    if found[0].feasible:
        best = plan.at(found[0].values)
        write_text(folder / "best.json", best.to_json())


def table(found: list[TrialResult]) -> str:
    """Formats all trials as a Markdown table, the front in bold."""
    varied = list(found[0].values)
    head = ["trial", *varied, *(title for title, _ in _MEASURES.values())]
    rows = [[*head, "note"], ["---", *["---:"] * (len(head) - 1), "---"]]
    best = pareto_front(found)
    for each in found:
        name = f"**{each.name}**" if each in best else each.name
        values = [as_text(each.values[name]) for name in varied]
        measures = [
            format(each.measures[name], digits) if each.measures else ""
            for name, (_, digits) in _MEASURES.items()
        ]
        note = ""
        if each.missing:
            note = f"{each.missing:.2f} nats of KL missing"
        elif not each.measures:
            note = each.summary.replace("|", "/")
        rows.append([name, *values, *measures, note])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _draw(found: list[TrialResult], min_kl: float, file: Path) -> None:
    axes = [("KL, nats per text", "negative ELBO, bits per character")]
    figure, (axis,) = panels(axes, 6.5)
    label = "minimum KL"
    axis.axvline(min_kl, linestyle=":", color="grey", label=label)
    infeasible = [each for each in found if each.missing]
    feasible = [each for each in found if each.feasible]
    best = sorted(pareto_front(found), key=lambda each: each.measures["kl"])
    for label, group, marker, color in (
        ("too little KL", infeasible, "o", "darkgrey"),
        ("enough KL", feasible, "o", "C0"),
        ("front: not beaten in both", best, "-o", "C1"),
    ):
        axis.plot(*_coordinates(group), marker, label=label, color=color)
    add_legend(axis)
    save(figure, file)


def _coordinates(found: list[TrialResult]) -> tuple[list[float], list[float]]:
    """Returns the KLs and the costs."""
    return tuple(
        [each.measures[name] for each in found] for name in ("kl", _COST)
    )
