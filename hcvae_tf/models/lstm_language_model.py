"""The LSTM language model."""

import keras

from hcvae_tf.layers.halves import in_halves
from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM
from hcvae_tf.models.language_model import LanguageModel
from hcvae_tf.models.used_positions import first_positions


@keras.saving.register_keras_serializable("hcvae_tf")
class LSTMLanguageModel(LanguageModel):
    """A layer-norm LSTM and a linear layer to the logits.

    Args:
        input_vocabulary_size: number of ids that can be read, including those
            for the start and for a dropped token.
        output_vocabulary_size: number of ids that can be predicted.
        units: size of the LSTM.
        feature_size: width of the features, 0 for none.
        embedding_size: see `LanguageModel`.
        feature_skip: see `LanguageModel`.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`, the token before each
            position.
        features: float tensor of shape `(batch, length, feature_size)`.
        initial_state: pair `(h, c)` of float tensors of shape
            `(batch, units)`; zeros by default.
        positions: int32 scalar, number of first positions to predict; all by
            default. What XLA compiles predicts the others, too.

    Returns:
        Logits, float32 tensor of shape
        `(batch, length, output_vocabulary_size)`.
    """

    def __init__(
        self,
        input_vocabulary_size,
        output_vocabulary_size,
        units,
        feature_size=0,
        embedding_size=0,
        feature_skip=False,
        **kwargs,
    ):
        super().__init__(
            input_vocabulary_size,
            output_vocabulary_size,
            feature_size,
            embedding_size,
            feature_skip,
            **kwargs,
        )
        self.units = units
        self.lstm = LayerNormLSTM(
            units,
            0 if embedding_size else input_vocabulary_size,
            embedding_size + feature_size,
            dtype=self.dtype_policy,
        )

    def build(self, tokens_shape):
        """Builds the LSTM and the linear layer."""
        self.lstm.build((None, None))
        self.build_head(self.units)

    def call(
        self,
        tokens,
        features=None,
        initial_state=None,
        positions=None,
        training=False,
    ):
        """Predicts each token from the tokens before it."""
        tokens = first_positions(tokens, positions)
        if features is not None:
            features = first_positions(features, positions)

        def predict(tokens, features, state):
            outputs, _ = self.lstm(
                tokens, features, state, positions, training=training
            )
            return outputs

        outputs = in_halves(
            predict,
            *self.with_embedding(tokens, features),
            initial_state,
            training=training,
        )
        return self.logits(outputs, features)

    def initial_state(self, batch):
        """Returns the state before the first token."""
        return self.lstm.zero_state(batch)

    def step(self, state, token, features=None):
        """Returns the logits of one token, `(batch, ids)`, and new state."""
        token, inputs = self.with_embedding(token, features)
        output, state = self.lstm.step(token, state, inputs)
        return self.logits(output, features), state

    def get_config(self):
        """Returns the arguments of the language model."""
        return {**super().get_config(), "units": self.units}
