"""Figure 5: cost and KL over the weight of the auxiliary loss."""

import dataclasses
import math
from itertools import pairwise
from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.cost_chart import cost_chart
from hcvae_tf.reproduce.experiment import Experiment, ptb_hybrid
from hcvae_tf.reproduce.results import Results, bits, kl
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 5: the weight of the auxiliary loss"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the hybrid at each alpha, with and without annealing."""
    return [
        run
        for alpha in scale.alphas
        for run in (_annealed(scale, alpha), _constant(scale, alpha))
    ]


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.2 about alpha."""
    models = _models(scale)
    annealed, constant = models.values()
    least, most = min(scale.alphas), max(scale.alphas)

    def kl_grows():
        values = {
            name: [results.mean(run, kl) for run in runs.values()]
            for name, runs in models.items()
        }
        words = "; ".join(
            f"{name}: " + ", ".join(f"{value:.1f}" for value in row)
            for name, row in values.items()
        )
        return f"{words} nats", all(
            row[-1] > row[0] + 1
            and all(after > before - 1 for before, after in pairwise(row))
            for row in values.values()
        )

    def bound_worse():
        first = results.mean(annealed[least], bits)
        last = results.mean(annealed[most], bits)
        words = f"alpha {least}: {first:.3f}, {most}: {last:.3f} bits"
        return words, first < last < 1.15 * first

    def smallest(runs):
        used = (a for a, run in runs.items() if results.mean(run, kl) > 1)
        return min(used, default=math.inf)

    def enough_alone():
        alpha = smallest(constant)
        return f"smallest such alpha: {alpha}", alpha < math.inf

    def needs_larger_alpha():
        with_it, without = smallest(annealed), smallest(constant)
        words = f"smallest alpha: {with_it} annealed, {without} not"
        if with_it == without == least:
            # The smallest alpha is already too large to show a difference.
            return words, None
        return words, with_it < without

    where = "4.2, figure 5"
    return [
        judge(
            "KL grows with alpha (and never falls by over 1 nat)",
            where,
            kl_grows,
        ),
        judge(
            "A larger alpha makes the bound slightly worse (by less than 15 %)",
            where,
            bound_worse,
        ),
        judge(
            "Without annealing, KL is above zero (over 1 nat) if alpha is "
            "large enough",
            where,
            enough_alone,
        ),
        judge(
            "Without annealing, a larger alpha is needed for KL above zero "
            "(over 1 nat)",
            where,
            needs_larger_alpha,
        ),
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost and KL; returns them as a table."""
    file = folder / "figure5.svg"
    chart = cost_chart(results, _models(scale), "alpha", file)
    return f"Hybrid, {scale.alpha_length} characters. {chart}"


def _models(scale: Scale) -> dict[str, dict[float, str]]:
    """Returns label → alpha → name of the experiment."""
    return {
        label: {alpha: make(scale, alpha).name for alpha in scale.alphas}
        for label, make in (
            ("annealed", _annealed),
            ("not annealed", _constant),
        )
    }


def _annealed(scale, alpha):
    return ptb_hybrid(scale, scale.alpha_length, alpha)


def _constant(scale, alpha):
    annealed = _annealed(scale, alpha)
    return dataclasses.replace(
        annealed,
        name=f"{annealed.name}-constant",
        config=annealed.config.replace("objective", kl="constant"),
    )
