"""A prediction of which tokens a text has, from its latent vector alone."""

import keras
import tensorflow as tf

from hcvae_tf.layers.logits_head import LogitsHead


@keras.saving.register_keras_serializable("hcvae_tf")
class BagOfTokens(keras.Layer):
    """Predicts the tokens of a text from z, wherever they are in it.

    One hidden layer and a softmax over all tokens. The cost of each token is
    weighted, so that those which say what a text is about count more than those
    which all texts have.

    Args:
        token_weights: weight of each id, `SubwordVocabulary.token_weights`.
        units: size of the hidden layer.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: int32 tensor of shape `(batch, length)`.

    Returns:
        Weighted nats of each text, float32 tensor of shape `(batch,)`.

    Reference:
        Bag-of-words loss: [Zhao et al.,
        2017](https://arxiv.org/abs/1703.10960).
    """

    def __init__(self, token_weights, units=64, **kwargs):
        super().__init__(dtype="float32", **kwargs)
        self.token_weights = tuple(map(float, token_weights))
        self.units = units
        self.hidden = keras.layers.Dense(
            units, activation="relu", dtype="float32"
        )
        self.head = LogitsHead(len(self.token_weights))

    def build(self, z_shape, tokens_shape=None):
        """Builds both linear layers."""
        self.hidden.build(z_shape)
        self.head.build((None, self.units))

    def call(self, z, tokens):
        """Returns the cost of the tokens."""
        log_probabilities = tf.nn.log_softmax(self.head(self.hidden(z)))
        nats = -tf.gather(log_probabilities, tokens, axis=1, batch_dims=1)
        weights = tf.gather(tf.constant(self.token_weights), tokens)
        return tf.reduce_sum(nats * weights, axis=-1)

    def get_config(self):
        """Returns the arguments of the layer."""
        config = super().get_config()
        del config["dtype"]
        return {
            **config,
            "token_weights": self.token_weights,
            "units": self.units,
        }
