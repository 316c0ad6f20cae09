"""Figure 4: cost and KL over the length of the text."""

from itertools import pairwise
from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.cost_chart import cost_chart
from hcvae_tf.reproduce.experiment import Experiment, Grid, in_order, ptb_hybrid
from hcvae_tf.reproduce.results import Results, bits, kl, kl_bits, listed
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 4: cost and KL over the length of the text"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns a hybrid and LSTM VAEs for each length."""
    return in_order(_models(scale))


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.1 about figure 4."""
    judge = Judge("4.1, figure 4")
    models = _models(scale)
    hybrid = models.pop("hybrid, alpha 0.2")
    shortest, longest = min(scale.lengths), max(scale.lengths)
    several = len(scale.lengths) > 1

    @judge(
        "The LSTM VAE's KL is almost zero (under 1 nat per text) at more than "
        "48 characters"
    )
    def lstm_collapses():
        long = [length for length in scale.lengths if length > 48]
        if not long:
            return "no length over 48 characters", None
        kls = [results.means(runs, kl, long) for runs in models.values()]
        words = "; ".join(
            f"{label}: {listed(row, '{y:.2f} (T {x})')}"
            for label, row in zip(models, kls, strict=True)
        )
        zero = all(value < 1 for row in kls for value in row.values())
        return f"{words} nats", zero

    @judge("The LSTM VAE's KL declines steadily as texts get longer")
    def lstm_declines():
        kls = [results.means(runs, kl) for runs in models.values()]
        words = "; ".join(listed(row, "{y:.2f}") for row in kls)
        falls = all(a > b for row in kls for a, b in pairwise(row.values()))
        return f"{words} nats", falls if several else None

    @judge(
        "The hybrid's share of KL in the cost stays roughly constant over the "
        "length (within a factor of 1.5)"
    )
    def share_constant():
        costs = results.means(hybrid, bits)
        kls = results.means(hybrid, kl_bits)
        shares = {t: kls[t] / costs[t] for t in costs}
        constant = max(shares.values()) <= 1.5 * min(shares.values())
        return listed(shares, "{y:.0%} (T {x})"), constant if several else None

    def compare(length):
        """Returns the hybrid's KL in words, and all KLs at a length."""
        chosen = [runs[length] for runs in (hybrid, *models.values())]
        ours, *theirs = (results.mean(run.name, kl) for run in chosen)
        return f"T {length}: hybrid {ours:.1f} nats, LSTM VAE ", ours, theirs

    @judge(
        "On short texts both store a comparable amount (within a factor of 2)"
    )
    def comparable_when_short():
        words, ours, theirs = compare(shortest)
        words += ", ".join(f"{value:.1f}" for value in theirs)
        return words, ours <= 2 * max(theirs)

    @judge(
        "On long texts the hybrid stores far more than the LSTM VAE (over ten "
        "times)"
    )
    def hybrid_keeps_more():
        words, ours, theirs = compare(longest)
        return f"{words}{max(theirs):.2f}", ours > 10 * max(theirs)

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost and KL; returns them as a table."""
    file = folder / "figure4.svg"
    return cost_chart(results, _models(scale), "characters of a text", file)


def _models(scale: Scale) -> Grid:
    lengths = scale.lengths
    models = {"hybrid, alpha 0.2": {t: ptb_hybrid(scale, t) for t in lengths}}
    for dropout in (0.2, 0.5):
        runs = models[f"LSTM VAE, p {dropout}"] = {}
        config = scale.ptb_lstm_vae.replace("model", word_dropout=dropout)
        for t in lengths:
            name = f"ptb-T{t}-lstm-vae-p{dropout}"
            runs[t] = Experiment(name, config.replace("data", length=t))
    return models
