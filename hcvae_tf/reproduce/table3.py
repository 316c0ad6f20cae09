"""Table 3: reconstruction and KL on tweets."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.experiment import Experiment, tweets_hybrid
from hcvae_tf.reproduce.results import (
    Measure,
    Results,
    kl,
    negative_elbo,
    reconstruction,
    table,
)
from hcvae_tf.reproduce.scale import Scale

TITLE = "Table 3: tweets"
# The paper's reconstruction and KL, nats: LSTM VAEs, then the hybrid.
_PAPER = [(67.4, 1.0), (77.1, 2.1), (93.7, 3.8), (58.5, 12.5)]
_NATS = "hybrid {:.1f}, LSTM VAE {:.1f}, {:.1f}, {:.1f} nats"
_COLUMNS = {
    "reconstruction": (reconstruction, 1),
    "KL": (kl, 1),
    "sum": (negative_elbo, 1),
}


def experiments(scale: Scale) -> list[Experiment]:
    """Returns LSTM VAEs and the hybrid."""
    return list(_models(scale).values())


def compare(
    results: Results, scale: Scale, measure: Measure, form: str = _NATS
) -> tuple[str, float, list[float]]:
    """Returns a measure of the hybrid and of the LSTM VAEs, first in words.

    Raises:
        Missing: if no record of a model has that measure.
    """
    *lstm_vaes, hybrid = (run.name for run in experiments(scale))
    ours = results.mean(hybrid, measure)
    theirs = [results.mean(name, measure) for name in lstm_vaes]
    return form.format(ours, *theirs), ours, theirs


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.3 about table 3."""
    judge = Judge("4.3, table 3")

    @judge("The hybrid stores far more in z than any LSTM VAE (over twice)")
    def most_kl():
        words, ours, theirs = compare(results, scale, kl)
        return words, ours > 2 * max(theirs)

    @judge(
        "The total costs are comparable (within a fifth of the range)", "4.3"
    )
    def comparable():
        words, ours, theirs = compare(results, scale, negative_elbo)
        return words, min(theirs) / 1.2 < ours < 1.2 * max(theirs)

    @judge("The hybrid reconstructs best")
    def least_reconstruction():
        words, ours, theirs = compare(results, scale, reconstruction)
        return words, ours < min(theirs)

    @judge(
        "More input dropout gives the LSTM VAE more KL and a worse "
        "reconstruction"
    )
    def dropout_trades():
        costs, _, rows = compare(results, scale, reconstruction)
        kls, _, latent = compare(results, scale, kl)
        rise = rows == sorted(rows) and latent == sorted(latent)
        return f"reconstruction: {costs}; KL: {kls}", rise

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns the table, with the paper's numbers next to ours."""
    models = _models(scale).items()
    rows = [
        [label, *results.cells(run.name, _COLUMNS), *map(str, paper)]
        for (label, run), paper in zip(models, _PAPER, strict=True)
    ]
    head = ["model", *_COLUMNS, "paper: reconstruction", "paper: KL"]
    return (
        "Nats per tweet, on the validation tweets. The paper has other tweets, "
        "larger models and longer trainings, and its code counts padding, so "
        "compare the order of the rows, not the numbers.\n\n"
        + table(head, rows)
    )


def _models(scale: Scale) -> dict[str, Experiment]:
    models = {}
    for p in (0.2, 0.5, 0.8):
        config = scale.tweets_lstm_vae.replace("model", word_dropout=p)
        run = Experiment(f"tweets-lstm-vae-p{p}", config, texts=True)
        models[f"LSTM VAE, p {p}"] = run
    return models | {"hybrid, alpha 0.2": tweets_hybrid(scale)}
