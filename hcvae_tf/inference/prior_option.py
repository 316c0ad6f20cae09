"""The choice of the prior of a trained model."""

import dataclasses
from typing import Literal

Prior = Literal["fitted", "normal"]


@dataclasses.dataclass(frozen=True)
class PriorOption:
    """The distribution that latent vectors are drawn from."""

    prior: Prior = "fitted"
    """fitted: what hcvae_tf.prior has stored with the model, otherwise N(0, 1);
    normal: always N(0, 1)."""
