"""Vectors of tokens, in place of one-hot vectors."""

import keras
import tensorflow as tf

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


class TiedHead(keras.Layer):
    """A linear layer to logits that shares its weights with an embedding.

    The inputs are projected to the width of the embedding. The logit of a token
    is the product with its vector, plus a bias.

    Args:
        embedding: a `TokenEmbedding`.
        classes: number of first ids that can be predicted.

    Call arguments:
        inputs: float tensor of shape `(..., width)`.

    Returns:
        Logits, float32 tensor of shape `(..., classes)`.

    Reference:
        [Press and Wolf, 2017](https://arxiv.org/abs/1608.05859)
    """

    def __init__(self, embedding, classes, **kwargs):
        super().__init__(autocast=False, dtype="float32", **kwargs)
        self.embedding = embedding
        self.classes = classes
        self.projection = keras.layers.Dense(
            embedding.size, use_bias=False, dtype="float32", name="projection"
        )

    def build(self, inputs_shape):
        """Builds the projection, and the embedding if it is not."""
        if not self.embedding.built:
            self.embedding.build()
        self.projection.build(inputs_shape)
        self.bias = self.add_weight(
            name="bias", shape=(self.classes,), initializer="zeros"
        )

    def call(self, inputs):
        """Returns the logits."""
        projected = self.projection(inputs)
        # One large product out of many small ones.
        flat = tf.reshape(projected, (-1, self.embedding.size))
        table = tf.convert_to_tensor(self.embedding.table)[: self.classes]
        logits = tf.matmul(flat, table, transpose_b=True) + self.bias
        shape = tf.concat([tf.shape(projected)[:-1], [self.classes]], axis=0)
        logits = tf.reshape(logits, shape)
        logits.set_shape((*inputs.shape[:-1], self.classes))
        return logits
