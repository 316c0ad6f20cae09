"""Table 3: reconstruction and KL on tweets."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.experiment import (
    Experiment,
    tweets_hybrid,
    tweets_lstm_vae,
)
from hcvae_tf.reproduce.results import (
    Results,
    kl,
    negative_elbo,
    reconstruction,
    table,
)
from hcvae_tf.reproduce.scale import Scale

TITLE = "Table 3: tweets"
# Word dropout of the LSTM VAE → the paper's reconstruction and KL, nats.
_PAPER = {0.2: (67.4, 1.0), 0.5: (77.1, 2.1), 0.8: (93.7, 3.8)}
_PAPER_HYBRID = (58.5, 12.5)


def experiments(scale: Scale) -> list[Experiment]:
    """Returns LSTM VAEs and the hybrid."""
    lstm_vaes = [tweets_lstm_vae(scale, dropout) for dropout in _PAPER]
    return [*lstm_vaes, tweets_hybrid(scale)]


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.3 about table 3."""
    *lstm_vaes, hybrid = (run.name for run in experiments(scale))

    def compare(measure):
        ours = results.mean(hybrid, measure)
        theirs = [results.mean(name, measure) for name in lstm_vaes]
        words = f"hybrid {ours:.1f}, LSTM VAE " + ", ".join(
            f"{value:.1f}" for value in theirs
        )
        return f"{words} nats", ours, theirs

    def most_kl():
        words, ours, theirs = compare(kl)
        return words, ours > 2 * max(theirs)

    def comparable():
        words, ours, theirs = compare(negative_elbo)
        return words, min(theirs) / 1.2 < ours < 1.2 * max(theirs)

    def least_reconstruction():
        words, ours, theirs = compare(reconstruction)
        return words, ours < min(theirs)

    def dropout_trades():
        costs, _, rows = compare(reconstruction)
        kls, _, latent = compare(kl)
        return f"reconstruction: {costs}; KL: {kls}", (
            rows == sorted(rows) and latent == sorted(latent)
        )

    return [
        judge(
            "The hybrid stores far more in z than any LSTM VAE (over twice)",
            "4.3, table 3",
            most_kl,
        ),
        judge(
            "The total costs are comparable (within a fifth of the range)",
            "4.3",
            comparable,
        ),
        judge(
            "The hybrid reconstructs best", "4.3, table 3", least_reconstruction
        ),
        judge(
            "More input dropout gives the LSTM VAE more KL and a worse "
            "reconstruction",
            "4.3, table 3",
            dropout_trades,
        ),
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns the table, with the paper's numbers next to ours."""
    rows = []
    paper = [*_PAPER.values(), _PAPER_HYBRID]
    labels = [f"LSTM VAE, p {dropout}" for dropout in _PAPER]
    for label, run, (cost, latent) in zip(
        [*labels, "hybrid, alpha 0.2"], experiments(scale), paper, strict=True
    ):
        measures = (reconstruction, kl, negative_elbo)
        ours = [results.text(run.name, measure, 1) for measure in measures]
        rows.append([label, *ours, f"{cost}", f"{latent}"])
    head = ["reconstruction", "KL", "sum", "paper: reconstruction", "paper: KL"]
    return (
        "Nats per tweet, on the validation tweets. The paper's tweets were "
        "others, its models larger and trained for longer, and its code "
        "counts padding, so compare the order of the rows, not the numbers.\n\n"
        + table(["model", *head], rows)
    )
