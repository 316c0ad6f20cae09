"""The LSTM decoder; without a latent vector it is a language model."""

import keras
import tensorflow as tf

from hcvae_tf.layers.renamed_arguments import RenamedArguments
from hcvae_tf.models.lstm_language_model import LSTMLanguageModel


@keras.saving.register_keras_serializable("hcvae_tf")
class LSTMDecoder(RenamedArguments, keras.Layer):
    """A layer-norm LSTM whose initial state, and only this, comes from z.

    With `z_size` 0 it is a language model.

    Args:
        input_vocabulary_size: number of ids that can be read, including those
            for the start and for a dropped token.
        output_vocabulary_size: number of ids that can be predicted.
        z_size: width of the latent vector, 0 for none.
        units: size of the LSTM.
        embedding_size: see `LanguageModel`.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: int32 tensor of shape `(batch, length)`, the token before each
            position.
        positions: int32 scalar, number of first positions to predict; all by
            default. What XLA compiles predicts the others, too.

    Returns:
        A tuple of one tensor: logits, float32 of shape
        `(batch, length, output_vocabulary_size)`.

    Reference:
        [Bowman et al., 2016](https://arxiv.org/abs/1511.06349)
    """

    def __init__(
        self,
        input_vocabulary_size,
        output_vocabulary_size,
        z_size,
        units,
        embedding_size=0,
        **kwargs,
    ):
        # z and the state computed from it stay float32.
        super().__init__(autocast=False, **kwargs)
        self.input_vocabulary_size = input_vocabulary_size
        self.output_vocabulary_size = output_vocabulary_size
        self.z_size = z_size
        self.units = units
        self.embedding_size = embedding_size
        self.language_model = LSTMLanguageModel(
            input_vocabulary_size,
            output_vocabulary_size,
            units,
            embedding_size=embedding_size,
            dtype=self.dtype_policy,
        )
        if z_size:
            self.from_z = keras.layers.Dense(
                2 * units, activation="tanh", dtype="float32", name="from_z"
            )

    def build(self, z_shape=None, tokens_shape=None):
        """Builds the LSTM and the layer that reads z."""
        self.language_model.build((None, None))
        if self.z_size:
            self.from_z.build((None, self.z_size))

    def call(self, z, tokens, positions=None, training=False):
        """Predicts each token from z and the tokens before it."""
        state = self.initial_state(z)
        logits = self.language_model(
            tokens,
            initial_state=state,
            positions=positions,
            training=training,
        )
        return (logits,)

    def initial_state(self, z):
        """Returns the state `(h, c)` of the LSTM before the first token."""
        if not self.z_size:
            return self.language_model.initial_state(tf.shape(z)[0])
        return tuple(tf.split(self.from_z(z), 2, axis=-1))

    def step(self, state, token):
        """Returns one position's logits, `(batch, ids)`, and the new state."""
        return self.language_model.step(state, token)

    def get_config(self):
        """Returns the arguments of the decoder."""
        return {
            **super().get_config(),
            "input_vocabulary_size": self.input_vocabulary_size,
            "output_vocabulary_size": self.output_vocabulary_size,
            "z_size": self.z_size,
            "units": self.units,
            "embedding_size": self.embedding_size,
        }
