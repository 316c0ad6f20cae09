"""Figure 6: cost and KL over the receptive field of the language model."""

from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.scale import Scale

_ALPHAS = (0.0, 0.2, 0.5)


def experiments(scale: Scale) -> list[Experiment]:
    """The ByteNet hybrid at each depth and alpha."""
    return [
        Experiment(
            f"ptb-T{scale.layers_length}-bytenet{layers}-alpha{alpha}",
            scale.bytenet.replace("data", length=scale.layers_length)
            .replace("model", bytenet_layers=layers)
            .replace("objective", alpha=alpha),
        )
        for layers in scale.layers
        for alpha in _ALPHAS
    ]
