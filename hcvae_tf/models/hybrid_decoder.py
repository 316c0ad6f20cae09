"""The hybrid decoder: a language model on top of a deconvolution."""

import keras
import tensorflow as tf

from hcvae_tf.models.every_second import every_second
from hcvae_tf.models.used_positions import first_positions


@keras.saving.register_keras_serializable("hcvae_tf")
class HybridDecoder(keras.Layer):
    """A deconvolutional decoder with a language model on top of its features.

    The auxiliary output is the prediction of the deconvolution alone, which
    sees z but no history.

    Args:
        deconvolution: a `DeconvDecoder`.
        language_model: an `LSTMLanguageModel` or `ByteNetLanguageModel` with
            the same `feature_size` as the deconvolution.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: int32 tensor of shape `(batch, length)`, the token before each
            position.
        positions: int32 scalar, number of first positions to predict; all by
            default. What XLA compiles predicts the others, too.
        auxiliary_first: int32 scalar; auxiliary logits are those of this and
            every second position from it on. None for all positions.
        training: whether batch norm uses the batch's statistics.

    Returns:
        Logits and auxiliary logits, float32 tensors of shape
        `(batch, length, output_vocabulary_size)`.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.3 and figures 2(b), 2(c).
    """

    def __init__(self, deconvolution, language_model, **kwargs):
        super().__init__(**kwargs)
        self.deconvolution = deconvolution
        self.language_model = language_model

    @property
    def length(self):
        """Tokens per text."""
        return self.deconvolution.length

    @property
    def z_size(self):
        """Width of the latent vector."""
        return self.deconvolution.z_size

    @property
    def output_vocabulary_size(self):
        """Number of ids that can be predicted."""
        return self.deconvolution.output_vocabulary_size

    def build(self, z_shape=None, tokens_shape=None):
        """Builds both parts, unless a saved model has built them."""
        for part in (self.deconvolution, self.language_model):
            if not part.built:
                part.build((None, None))

    def call(
        self, z, tokens, positions=None, auxiliary_first=None, training=False
    ):
        """Predicts each token twice: with and without its history."""
        features = self.deconvolution.features(z, training=training)
        logits = self.language_model(
            tokens, features, positions=positions, training=training
        )
        features = first_positions(features, positions)
        if auxiliary_first is not None:
            features = every_second(features, auxiliary_first)
        return logits, self.deconvolution.head(features)

    def initial_state(self, z):
        """Returns all features, position 0, and the language model's state."""
        batch = tf.shape(z)[0]
        return (
            self.deconvolution.features(z),
            tf.constant(0),
            self.language_model.initial_state(batch),
        )

    def step(self, state, token):
        """Returns one position's logits, `(batch, ids)`, and the new state."""
        features, position, inner = state
        logits, inner = self.language_model.step(
            inner, token, features[:, position]
        )
        return logits, (features, position + 1, inner)

    def get_config(self):
        """Returns the arguments of the decoder."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "deconvolution": serialize(self.deconvolution),
            "language_model": serialize(self.language_model),
        }

    @classmethod
    def from_config(cls, config):
        """Rebuilds the decoder with its two parts."""
        config = dict(config)
        for part in ("deconvolution", "language_model"):
            config[part] = keras.saving.deserialize_keras_object(config[part])
        return cls(**config)
