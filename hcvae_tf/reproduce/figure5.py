"""Figure 5: cost and KL over the weight of the auxiliary loss."""

import math
from itertools import pairwise
from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.cost_chart import cost_chart
from hcvae_tf.reproduce.experiment import Experiment, Grid, in_order, ptb_hybrid
from hcvae_tf.reproduce.results import Results, bits, kl, listed
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 5: the weight of the auxiliary loss"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the hybrid at each alpha, with and without annealing."""
    return in_order(_models(scale))


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.2 about alpha."""
    judge = Judge("4.2, figure 5")
    models = _models(scale)
    annealed, constant = models.values()
    least, most = min(scale.alphas), max(scale.alphas)

    @judge("KL grows with alpha (and never falls by over 1 nat)")
    def kl_grows():
        kls = {label: results.means(runs, kl) for label, runs in models.items()}
        words = "; ".join(
            f"{label}: {listed(row, '{y:.1f}')}" for label, row in kls.items()
        )
        rows = [list(row.values()) for row in kls.values()]
        grows = all(
            row[-1] > row[0] + 1
            and all(after > before - 1 for before, after in pairwise(row))
            for row in rows
        )
        return f"{words} nats", grows if least < most else None

    @judge("A larger alpha makes the bound slightly worse (by less than 15 %)")
    def bound_worse():
        cost = results.means(annealed, bits, (least, most))
        first, last = cost[least], cost[most]
        words = f"alpha {least}: {first:.3f}, {most}: {last:.3f} bits"
        return words, first < last < 1.15 * first if least < most else None

    def smallest(runs):
        """Returns the smallest alpha with KL."""
        kls = results.means(runs, kl)
        return min((a for a in kls if kls[a] > 1), default=math.inf)

    @judge(
        "Without annealing, KL is above zero (over 1 nat) if alpha is large "
        "enough"
    )
    def enough_alone():
        alpha = smallest(constant)
        return f"smallest such alpha: {alpha}", alpha < math.inf

    @judge(
        "Without annealing, a larger alpha is needed for KL above zero (over "
        "1 nat)"
    )
    def needs_larger_alpha():
        with_it, without = smallest(annealed), smallest(constant)
        words = f"smallest alpha: {with_it} annealed, {without} not"
        if with_it == without == least:
            # The smallest alpha is already too large to show a difference.
            return words, None
        return words, with_it < without

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost and KL; returns them as a table."""
    chart = cost_chart(results, _models(scale), "alpha", folder / "figure5.svg")
    return f"Hybrid, {scale.alpha_length} characters. {chart}"


def _models(scale: Scale) -> Grid:
    annealed, constant = {}, {}
    for alpha in scale.alphas:
        run = ptb_hybrid(scale, scale.alpha_length, alpha)
        config = run.config.replace("objective", kl="constant")
        annealed[alpha] = run
        constant[alpha] = Experiment(f"{run.name}-constant", config)
    return {"annealed": annealed, "not annealed": constant}
