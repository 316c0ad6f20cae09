"""Figure 4: cost and KL over the length of the text."""

from hcvae_tf.reproduce.experiment import Experiment, ptb_hybrid
from hcvae_tf.reproduce.scale import Scale

_DROPOUTS = (0.2, 0.5)


def experiments(scale: Scale) -> list[Experiment]:
    """Hybrid and LSTM VAEs at each length."""
    return [
        run
        for length in scale.lengths
        for run in (
            ptb_hybrid(scale, length),
            *(_lstm_vae(scale, length, dropout) for dropout in _DROPOUTS),
        )
    ]


def _lstm_vae(scale, length, dropout):
    config = scale.ptb_lstm_vae.replace("data", length=length)
    return Experiment(
        f"ptb-T{length}-lstm-vae-p{dropout}",
        config.replace("model", word_dropout=dropout),
    )
