"""Figure 6: cost and KL over the receptive field of the language model."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.cost_chart import cost_chart
from hcvae_tf.reproduce.experiment import Experiment, Grid, in_order, with_alpha
from hcvae_tf.reproduce.results import Results, kl, listed
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 6: the receptive field of the decoder"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the ByteNet hybrid at each depth and alpha."""
    return in_order(_models(scale))


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.2 about the receptive field."""
    judge = Judge("4.2, figure 6")
    without, low, high = _models(scale).values()

    def kls(*models):
        """Returns the KLs of models, and all of them in words."""
        rows = [results.means(runs, kl) for runs in models]
        words = "; ".join(listed(row, "{y:.1f} ({x} layers)") for row in rows)
        return f"{words} nats", *rows

    @judge(
        "At alpha 0, KL is zero (under 1 nat) once the decoder sees more than "
        "3 characters"
    )
    def collapses():
        words, values = kls(without)
        far = [v for n, v in values.items() if n + 1 > 3]
        near = [v for n, v in values.items() if n + 1 <= 3]
        # If small depths do not use z either, depth is not the cause.
        if not far or not near or max(near) < 1:
            return words, None
        return words, max(far) < 1

    @judge(
        "With the auxiliary loss, KL is above zero (over 1 nat) at every depth"
    )
    def does_not_collapse():
        words, *rows = kls(low, high)
        return words, all(v > 1 for row in rows for v in row.values())

    @judge("KL is larger at alpha 0.5 than at 0.2")
    def grows():
        words, lower, higher = kls(low, high)
        return words, all(higher[n] > lower[n] for n in lower)

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost and KL; returns them as a table."""
    file = folder / "figure6.svg"
    chart = cost_chart(results, _models(scale), "masked convolutions", file)
    return (
        f"Hybrid with ByteNet, {scale.layers_length} characters; N layers see "
        f"N + 1 characters. {chart}"
    )


def _models(scale: Scale) -> Grid:
    length, models = scale.layers_length, {}
    for alpha in (0.0, 0.2, 0.5):
        runs = models[f"alpha {alpha}"] = {}
        config = with_alpha(scale.bytenet, alpha).replace("data", length=length)
        for n in scale.layers:
            name = f"ptb-T{length}-bytenet{n}-alpha{alpha}"
            deep = config.replace("model", bytenet_layers=n)
            runs[n] = Experiment(name, deep)
    return models
