"""Table 3: reconstruction and KL on tweets."""

from hcvae_tf.reproduce.experiment import (
    Experiment,
    tweets_hybrid,
    tweets_lstm_vae,
)
from hcvae_tf.reproduce.scale import Scale

_DROPOUTS = (0.2, 0.5, 0.8)


def experiments(scale: Scale) -> list[Experiment]:
    """LSTM VAEs and the hybrid."""
    return [
        *(tweets_lstm_vae(scale, dropout) for dropout in _DROPOUTS),
        tweets_hybrid(scale),
    ]
