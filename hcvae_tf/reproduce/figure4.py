"""Figure 4: cost and KL over the length of the text."""

from itertools import pairwise
from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.cost_chart import cost_chart
from hcvae_tf.reproduce.experiment import Experiment, ptb_hybrid
from hcvae_tf.reproduce.results import Results, bits, kl, kl_bits
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 4: cost and KL over the length of the text"
_DROPOUTS = (0.2, 0.5)


def experiments(scale: Scale) -> list[Experiment]:
    """Returns a hybrid and LSTM VAEs for each length."""
    return [
        run
        for length in scale.lengths
        for run in (
            ptb_hybrid(scale, length),
            *(_lstm_vae(scale, length, dropout) for dropout in _DROPOUTS),
        )
    ]


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.1 about figure 4."""
    models = _models(scale)
    hybrid, *lstm_vaes = models.values()
    shortest, longest = min(scale.lengths), max(scale.lengths)

    def lstm_collapses():
        long = {
            name: {t: results.mean(runs[t], kl) for t in runs if t > 48}
            for name, runs in models.items()
            if runs is not hybrid
        }
        if not any(long.values()):
            return "no length over 48 characters", None
        words = "; ".join(
            f"{name}: " + ", ".join(f"{v:.2f} (T {t})" for t, v in kls.items())
            for name, kls in long.items()
        )
        return words + " nats", all(
            value < 1 for kls in long.values() for value in kls.values()
        )

    def lstm_declines():
        kls = [
            [results.mean(run, kl) for run in runs.values()]
            for runs in lstm_vaes
        ]
        words = "; ".join(", ".join(f"{v:.2f}" for v in row) for row in kls)
        falls = all(a > b for row in kls for a, b in pairwise(row))
        return f"{words} nats", falls if len(scale.lengths) > 1 else None

    def share_constant():
        shares = {
            t: results.mean(name, kl_bits) / results.mean(name, bits)
            for t, name in hybrid.items()
        }
        words = ", ".join(f"{s:.0%} (T {t})" for t, s in shares.items())
        constant = max(shares.values()) <= 1.5 * min(shares.values())
        return words, constant if len(shares) > 1 else None

    def comparable_when_short():
        ours = results.mean(hybrid[shortest], kl)
        theirs = [results.mean(runs[shortest], kl) for runs in lstm_vaes]
        words = f"T {shortest}: hybrid {ours:.1f} nats, LSTM VAE " + ", ".join(
            f"{value:.1f}" for value in theirs
        )
        return words, ours <= 2 * max(theirs)

    def hybrid_keeps_more():
        ours = results.mean(hybrid[longest], kl)
        theirs = max(results.mean(runs[longest], kl) for runs in lstm_vaes)
        words = f"T {longest}: hybrid {ours:.1f} nats, LSTM VAE {theirs:.2f}"
        return words, ours > 10 * theirs

    return [
        judge(
            "The LSTM VAE's KL is almost zero (under 1 nat per text) at more "
            "than 48 characters",
            "4.1, figure 4",
            lstm_collapses,
        ),
        judge(
            "The LSTM VAE's KL declines steadily as texts get longer",
            "4.1, figure 4",
            lstm_declines,
        ),
        judge(
            "The hybrid's share of KL in the cost stays roughly constant over "
            "the length (within a factor of 1.5)",
            "4.1, figure 4",
            share_constant,
        ),
        judge(
            "On short texts both store a comparable amount (within a factor "
            "of 2)",
            "4.1, figure 4",
            comparable_when_short,
        ),
        judge(
            "On long texts the hybrid stores far more than the LSTM VAE (over "
            "ten times)",
            "4.1, figure 4",
            hybrid_keeps_more,
        ),
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost and KL; returns them as a table."""
    file = folder / "figure4.svg"
    return cost_chart(results, _models(scale), "characters of a text", file)


def _models(scale: Scale) -> dict[str, dict[int, str]]:
    """Returns label → length → name of the experiment."""
    return {
        "hybrid, alpha 0.2": {
            t: ptb_hybrid(scale, t).name for t in scale.lengths
        },
        **{
            f"LSTM VAE, p {dropout}": {
                t: _lstm_vae(scale, t, dropout).name for t in scale.lengths
            }
            for dropout in _DROPOUTS
        },
    }


def _lstm_vae(scale, length, dropout):
    config = scale.ptb_lstm_vae.replace("data", length=length)
    return Experiment(
        f"ptb-T{length}-lstm-vae-p{dropout}",
        config.replace("model", word_dropout=dropout),
    )
