"""Vectors of tokens, in place of one-hot vectors."""

import keras

from hcvae_tf.layers.lookup import lookup


@keras.saving.register_keras_serializable("hcvae_tf")
class TokenEmbedding(keras.Layer):
    """A vector for each token.

    Args:
        vocabulary_size: number of token ids.
        size: width of the vectors. At first their mean length is 1, that of a
            one-hot vector.

    Call arguments:
        tokens: int32 tensor of any shape.

    Returns:
        Tensor of shape `(*tokens.shape, size)`.
    """

    def __init__(self, vocabulary_size, size, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.vocabulary_size = vocabulary_size
        self.size = size

    def build(self, tokens_shape=None):
        """Creates the table of the vectors."""
        self.table = self.add_weight(
            name="table",
            shape=(self.vocabulary_size, self.size),
            initializer=keras.initializers.RandomNormal(stddev=self.size**-0.5),
            autocast=False,
        )

    def call(self, tokens):
        """Looks up the vectors."""
        return lookup(self.table, tokens, self.compute_dtype)

    def get_config(self):
        """Returns the arguments of the layer."""
        return {
            **super().get_config(),
            "vocabulary_size": self.vocabulary_size,
            "size": self.size,
        }
