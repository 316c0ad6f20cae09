"""One training with what is measured of it."""

import dataclasses

from hcvae_tf.config import Config
from hcvae_tf.reproduce.scale import Scale


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A training run that one or more figures draw.

    Attributes:
        name: equal names mean equal settings, so figures share runs.
        config: the settings.
        texts: whether texts are written and judged, and the
            importance-weighted cost is estimated.
    """

    name: str
    config: Config
    texts: bool = False

    def folder_name(self, seed: int) -> str:
        """Names the run and the record of one seed."""
        return f"{self.name}-seed{seed}" if seed else self.name


def ptb_hybrid(scale: Scale, length: int, alpha: float = 0.2) -> Experiment:
    """The hybrid on Penn Treebank."""
    config = scale.ptb.replace("data", length=length)
    return Experiment(
        f"ptb-T{length}-hybrid-alpha{alpha}",
        config.replace("objective", alpha=alpha),
    )


def tweets_hybrid(scale: Scale) -> Experiment:
    """The hybrid on tweets."""
    return Experiment("tweets-hybrid-alpha0.2", scale.tweets, texts=True)


def tweets_lstm_vae(scale: Scale, word_dropout: float) -> Experiment:
    """The LSTM VAE on tweets."""
    return Experiment(
        f"tweets-lstm-vae-p{word_dropout}",
        scale.tweets_lstm_vae.replace("model", word_dropout=word_dropout),
        texts=True,
    )
