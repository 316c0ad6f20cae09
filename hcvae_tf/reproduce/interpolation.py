"""Table 6: texts between two random latent vectors."""

from pathlib import Path

from hcvae_tf.reproduce.experiment import Experiment, tweets_hybrid
from hcvae_tf.reproduce.results import Results
from hcvae_tf.reproduce.samples import block
from hcvae_tf.reproduce.scale import Scale

TITLE = "Table 6: interpolation"


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the hybrid on tweets."""
    return [tweets_hybrid(scale)]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns the texts."""
    records = results[tweets_hybrid(scale).name]
    texts = [block(record["texts"]["interpolation"]) for record in records]
    return (
        "Seven points on the straight line between two random latent vectors, "
        "greedy.\n\n" + "\n".join(texts)
    )
