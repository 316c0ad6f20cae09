"""Figure 6: cost and KL over the receptive field of the language model."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.cost_chart import cost_chart
from hcvae_tf.reproduce.experiment import Experiment, with_alpha
from hcvae_tf.reproduce.results import Results, kl
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 6: the receptive field of the decoder"
_ALPHAS = (0.0, 0.2, 0.5)


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the ByteNet hybrid at each depth and alpha."""
    return [
        Experiment(
            _name(scale, layers, alpha),
            with_alpha(
                scale.bytenet.replace(
                    "data", length=scale.layers_length
                ).replace("model", bytenet_layers=layers),
                alpha,
            ),
        )
        for layers in scale.layers
        for alpha in _ALPHAS
    ]


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.2 about the receptive field."""

    def kls(alpha):
        names = {n: _name(scale, n, alpha) for n in scale.layers}
        return {n: results.mean(name, kl) for n, name in names.items()}

    def words(values):
        return ", ".join(f"{v:.1f} ({n} layers)" for n, v in values.items())

    def collapses():
        values = kls(0.0)
        far = [v for n, v in values.items() if n + 1 > 3]
        near = [v for n, v in values.items() if n + 1 <= 3]
        # If small depths do not use z either, depth is not the cause.
        if not far or not near or max(near) < 1:
            return f"{words(values)} nats", None
        return f"{words(values)} nats", max(far) < 1

    def does_not_collapse():
        values = [kls(alpha) for alpha in _ALPHAS if alpha]
        return "; ".join(map(words, values)) + " nats", all(
            v > 1 for row in values for v in row.values()
        )

    def grows():
        low, high = kls(0.2), kls(0.5)
        return f"{words(low)}; {words(high)} nats", all(
            high[n] > low[n] for n in low
        )

    where = "4.2, figure 6"
    return [
        judge(
            "At alpha 0, KL is zero (under 1 nat) once the decoder sees more "
            "than 3 characters",
            where,
            collapses,
        ),
        judge(
            "With the auxiliary loss, KL is above zero (over 1 nat) at every "
            "depth",
            where,
            does_not_collapse,
        ),
        judge("KL is larger at alpha 0.5 than at 0.2", where, grows),
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost and KL; returns them as a table."""
    file = folder / "figure6.svg"
    models = {
        f"alpha {alpha}": {n: _name(scale, n, alpha) for n in scale.layers}
        for alpha in _ALPHAS
    }
    chart = cost_chart(results, models, "masked convolutions", file)
    return (
        f"Hybrid with ByteNet, {scale.layers_length} characters; N layers see "
        f"N + 1 characters. {chart}"
    )


def _name(scale, layers, alpha):
    return f"ptb-T{scale.layers_length}-bytenet{layers}-alpha{alpha}"
