"""Table 6: texts between two random latent vectors."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim
from hcvae_tf.reproduce.experiment import Experiment, tweets_hybrid
from hcvae_tf.reproduce.results import Results
from hcvae_tf.reproduce.samples import block
from hcvae_tf.reproduce.scale import Scale

TITLE = "Table 6: interpolation"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the hybrid on tweets."""
    return [tweets_hybrid(scale)]


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Returns no claims: no number could decide them."""
    return []


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns the texts."""
    (run,) = experiments(scale)
    texts = [
        block(record["texts"]["interpolation"])
        for record in results.records(run.name)
    ]
    return (
        "Seven points on the straight line between two random latent vectors, "
        "greedy.\n\n" + "\n".join(texts)
    )
