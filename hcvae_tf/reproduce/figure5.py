"""Figure 5: cost and KL over the weight of the auxiliary loss."""

import dataclasses

from hcvae_tf.reproduce.experiment import Experiment, ptb_hybrid
from hcvae_tf.reproduce.scale import Scale


def experiments(scale: Scale) -> list[Experiment]:
    """The hybrid at each alpha, with and without annealing."""
    annealed = [
        ptb_hybrid(scale, scale.alpha_length, alpha) for alpha in scale.alphas
    ]
    return [
        run
        for each in annealed
        for run in (
            each,
            dataclasses.replace(
                each,
                name=f"{each.name}-constant",
                config=each.config.replace("objective", kl="constant"),
            ),
        )
    ]
