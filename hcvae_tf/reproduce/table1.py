"""Table 1: samples of a collapsed model."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.experiment import Experiment, tweets_hybrid
from hcvae_tf.reproduce.results import Results, distinct, kl
from hcvae_tf.reproduce.samples import diversity_and_texts
from hcvae_tf.reproduce.scale import Scale

TITLE = "Table 1: samples of a collapsed model"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns an LSTM VAE without measures against collapse, and the hybrid."""
    config = scale.tweets_lstm_vae.replace("model", word_dropout=0.0)
    config = config.replace("objective", kl="constant")
    collapsed = Experiment("tweets-lstm-vae-collapsed", config, texts=True)
    return [collapsed, tweets_hybrid(scale)]


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claim of the introduction."""
    judge = Judge("1, table 1")
    collapsed, hybrid = (run.name for run in experiments(scale))

    @judge(
        "A VAE whose KL collapses to zero writes repeating texts (under a "
        "tenth of them distinct)"
    )
    def repeats():
        few, many = (results.mean(n, distinct) for n in (collapsed, hybrid))
        latent = results.mean(collapsed, kl)
        words = (
            f"KL {latent:.2f} nats; {few:.1%} of its greedy samples differ, "
            f"{many:.1%} of the hybrid's"
        )
        return words, few < 0.1 < many if latent < 1 else None

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns a table of diversity, and samples."""
    name = experiments(scale)[0].name
    return diversity_and_texts(results, {"LSTM VAE, p 0, not annealed": name})
