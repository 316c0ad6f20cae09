"""What is minimised: reconstruction + w * KL + alpha * auxiliary."""

import dataclasses
from typing import Literal

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("hcvae_tf")
@dataclasses.dataclass(frozen=True)
class Objective:
    """Weights of the parts of the loss.

    Attributes:
        alpha: weight of the auxiliary reconstruction.
        kl: how the KL term is weighted: "linear" grows from `kl_floor` to 1
            between the steps `kl_start` and `kl_end`, "constant" is 1,
            "none" leaves the term out (an autoencoder with noise).
        kl_start: training step at which the weight begins to grow.
        kl_end: training step from which it is 1.
        kl_floor: weight before `kl_start`.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.4.
    """

    alpha: float = 0.2
    kl: Literal["linear", "constant", "none"] = "linear"
    kl_start: int = 1_000
    kl_end: int = 8_000
    kl_floor: float = 0.001

    def kl_weight(self, step: tf.Tensor) -> tf.Tensor:
        """The weight of the KL term at a training step, float32 scalar."""
        if self.kl != "linear":
            return tf.constant(float(self.kl == "constant"))
        grown = (tf.cast(step, tf.float32) - self.kl_start) / (
            self.kl_end - self.kl_start
        )
        return tf.clip_by_value(grown, 0.0, 1.0 - self.kl_floor) + self.kl_floor

    def loss(
        self,
        reconstruction: tf.Tensor,
        kl: tf.Tensor,
        auxiliary: tf.Tensor,
        step: tf.Tensor,
    ) -> tf.Tensor:
        """The weighted sum, nats, of the shape of its parts."""
        return (
            reconstruction + self.kl_weight(step) * kl + self.alpha * auxiliary
        )

    def get_config(self):
        """The arguments of the objective."""
        return dataclasses.asdict(self)

    @classmethod
    def from_config(cls, config):
        """Rebuilds the objective."""
        return cls(**config)


def gaussian_kl(z_mean: tf.Tensor, z_log_var: tf.Tensor) -> tf.Tensor:
    """KL(N(z_mean, exp(z_log_var)) || N(0, 1)), summed over z.

    Args:
        z_mean: float tensor of shape `(batch, z_size)`.
        z_log_var: float tensor of the same shape.

    Returns:
        Nats, shape `(batch,)`, never negative.

    Reference:
        [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114),
        appendix B.
    """
    terms = tf.square(z_mean) + tf.exp(z_log_var) - 1.0 - z_log_var
    return 0.5 * tf.reduce_sum(terms, axis=-1)


def cross_entropy(
    tokens: tf.Tensor, logits: tf.Tensor, mask: tf.Tensor
) -> tf.Tensor:
    """Negative log-likelihood of each text.

    Args:
        tokens: int32 tensor of shape `(batch, length)`.
        logits: float32 tensor of shape `(batch, length, classes)`.
        mask: float32 tensor of shape `(batch, length)`, 1 where a character
            counts.

    Returns:
        Nats, shape `(batch,)`, summed over the characters.
    """
    nats = tf.nn.sparse_softmax_cross_entropy_with_logits(tokens, logits)
    return tf.reduce_sum(nats * mask, axis=-1)
