"""Word dropout: hides previous tokens from the decoder."""

import keras
import tensorflow as tf

from hcvae_tf.layers import noise
from hcvae_tf.layers.replicas import replica_rows


@keras.saving.register_keras_serializable("hcvae_tf")
class WordDropout(keras.Layer):
    """Replaces ids by the id of a dropped token, all with equal probability.

    Args:
        rate: probability of dropping, 0 to 1. At 1 the decoder has no history.
        dropped: the id of a dropped token.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`.
        seed: int32 tensor of shape `(2,)`; equal seeds drop equal positions.

    Returns:
        int32 tensor of shape `(batch, length)`.

    Raises:
        ValueError: if `rate` is not a probability.

    Reference:
        [Bowman et al., 2016](https://arxiv.org/abs/1511.06349), section 3.1.
    """

    def __init__(self, rate, dropped, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"rate must be between 0 and 1, not {rate}")
        self.rate = rate
        self.dropped = dropped

    def build(self, tokens_shape=None, seed_shape=None):
        """Creates nothing: the layer has no weights."""

    def call(self, tokens, seed):
        """Hides tokens."""

        def draw(rows):
            return noise.uniform((rows, tokens.shape[1]), seed)

        hidden = replica_rows(draw, tf.shape(tokens)[0]) < self.rate
        return tf.where(hidden, self.dropped, tokens)

    def get_config(self):
        """Returns the arguments of the layer."""
        return {
            **super().get_config(),
            "rate": self.rate,
            "dropped": self.dropped,
        }
