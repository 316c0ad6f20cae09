"""Figure 3: who can expand a latent vector without seeing the history?"""

from hcvae_tf.reproduce.equal_size import equal_size
from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.scale import Scale


def experiments(scale: Scale) -> list[Experiment]:
    """Both autoencoders at each length, with equally many parameters."""
    runs = []
    for length in scale.history_lengths:
        conv = scale.conv.replace("data", length=length)
        lstm = scale.historyless.replace("data", length=length)
        characters = 50 if conv.data.dataset == "ptb" else 256
        lstm = equal_size(lstm, conv, characters)
        runs += [
            Experiment(f"ptb-T{length}-conv-autoencoder", conv),
            Experiment(f"ptb-T{length}-lstm-autoencoder", lstm),
        ]
    return runs
