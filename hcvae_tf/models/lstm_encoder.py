"""The LSTM encoder."""

import keras
import tensorflow as tf

from hcvae_tf.layers.halves import in_halves
from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM
from hcvae_tf.models.encoder import Encoder
from hcvae_tf.models.token_ids import token_ids
from hcvae_tf.models.used_positions import first_positions
from pipelines.vocabulary import longest_text, token_counts


@keras.saving.register_keras_serializable("hcvae_tf")
class LSTMEncoder(Encoder):
    """A layer-norm LSTM whose state after the last token is the summary.

    Padding after the end of the text is ignored.

    Args:
        input_vocabulary_size: number of ids that can be read.
        z_size: width of the latent vector.
        units: size of the LSTM.
        embedding_size: see `Encoder`.
        bn_gamma: see `Encoder`.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`.
        training: whether batch norm uses the batch's statistics.

    Returns:
        `z_mean` and `z_log_var`, float32 tensors of shape `(batch, z_size)`.

    Reference:
        [Bowman et al., 2016](https://arxiv.org/abs/1511.06349)
    """

    def __init__(self, input_vocabulary_size, z_size, units, **kwargs):
        super().__init__(input_vocabulary_size, z_size, **kwargs)
        self.units = units
        width = self.embedding_size
        self.lstm = LayerNormLSTM(
            units,
            0 if width else input_vocabulary_size,
            width,
            dtype=self.dtype_policy,
        )

    def build(self, tokens_shape):
        """Builds the LSTM and the linear layer."""
        self.lstm.build((None, None))
        self.build_posterior(self.units)

    def call(self, tokens, training=False):
        """Encodes a batch of texts."""

        def summarize(tokens):
            positions = longest_text(tokens)
            tokens = first_positions(tokens, positions)
            inputs = tokens, None
            if self.embedding_size:
                inputs = None, self.embedding(tokens)
            outputs, _ = self.lstm(
                *inputs, positions=positions, training=training
            )
            last = tf.maximum(token_counts(tokens) - 1, 0)
            return tf.gather(outputs, last, axis=1, batch_dims=1)

        tokens = token_ids(tokens)
        summary = in_halves(summarize, tokens, training=training)
        return self.mean_and_log_var(summary, training)

    def get_config(self):
        """Returns the arguments of the encoder."""
        return {**super().get_config(), "units": self.units}
