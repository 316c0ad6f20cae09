"""The linear layer to the logits of the tokens."""

import keras
import tensorflow as tf

MANY_CLASSES = 512
"""From this number on, logits take a large part of a training step."""


class LogitsHead(keras.Layer):
    """A linear layer to logits, with weights of its own or of an embedding.

    With an embedding, the inputs are projected to its width, and the logit of
    a token is the product with its vector, plus a bias.

    Weights and logits are float32. With a mixed bfloat16 policy and many
    classes, the products of the gradient are bfloat16.

    Args:
        classes: number of first ids that can be predicted.
        embedding: a `TokenEmbedding` to share weights with, or None.

    Call arguments:
        inputs: float tensor of shape `(..., width)`.

    Returns:
        Logits, float32 tensor of shape `(..., classes)`.

    Reference:
        [Press and Wolf, 2017](https://arxiv.org/abs/1608.05859)
    """

    def __init__(self, classes, embedding=None, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.classes = classes
        self.embedding = embedding
        if embedding is not None:
            self.projection = keras.layers.Dense(
                embedding.size, use_bias=False, dtype="float32"
            )

    def build(self, inputs_shape):
        """Creates the weights, and those of the embedding."""
        if self.embedding is None:
            self.kernel = self.add_weight(
                name="kernel",
                shape=(inputs_shape[-1], self.classes),
                initializer="glorot_uniform",
                autocast=False,
            )
        else:
            if not self.embedding.built:
                self.embedding.build()
            self.projection.build(inputs_shape)
        self.bias = self.add_weight(
            name="bias",
            shape=(self.classes,),
            initializer="zeros",
            autocast=False,
        )

    def call(self, inputs):
        """Returns the logits."""
        inputs = tf.cast(inputs, tf.float32)
        shape = tf.concat([tf.shape(inputs)[:-1], [self.classes]], axis=0)
        tied = self.embedding is not None
        if tied:
            inputs = self.projection(inputs)
            # Split, because the gradient of a slice is slower.
            kernel, _ = tf.split(
                tf.convert_to_tensor(self.embedding.table),
                [
                    self.classes,
                    self.embedding.vocabulary_size - self.classes,
                ],
            )
        else:
            kernel = tf.convert_to_tensor(self.kernel)
        # One large product in place of many small ones.
        flat = tf.reshape(inputs, (-1, inputs.shape[-1]))
        many = self.classes >= MANY_CLASSES
        dtype = "bfloat16" if many else "float32"
        if self.compute_dtype != "bfloat16":
            dtype = "float32"
        logits = _product(flat, kernel, tied, dtype)
        logits = tf.reshape(tf.nn.bias_add(logits, self.bias), shape)
        logits.set_shape((*inputs.shape[:-1], self.classes))
        return logits


def _product(inputs, kernel, transposed, dtype):
    """Multiplies float32 matrices; the gradient in another type.

    Args:
        inputs: shape `(rows, width)`.
        kernel: shape `(width, classes)`.
        transposed: whether the kernel has shape `(classes, width)`.
        dtype: type of the products of the gradient.
    """

    @tf.custom_gradient
    def run(inputs, kernel):
        def gradient(d_logits):
            d_logits = tf.cast(d_logits, dtype)
            x, k = tf.cast(inputs, dtype), tf.cast(kernel, dtype)
            d_inputs = tf.matmul(d_logits, k, transpose_b=not transposed)
            left, right = (d_logits, x) if transposed else (x, d_logits)
            d_kernel = tf.matmul(left, right, transpose_a=True)
            return tf.cast(d_inputs, tf.float32), tf.cast(d_kernel, tf.float32)

        return tf.matmul(inputs, kernel, transpose_b=transposed), gradient

    return run(inputs, kernel)
