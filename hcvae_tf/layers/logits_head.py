"""Linear layers to the logits of the tokens."""

import keras
import tensorflow as tf

MANY_CLASSES = 512
"""From this number on, logits take a large part of a training step."""


class LogitsHead(keras.layers.Dense):
    """A linear layer to logits.

    Weights and logits are float32. With many classes, the products of the
    gradient are bfloat16 if those of the model are.

    Args:
        classes: number of ids that can be predicted.
        model_dtype: type of the model's products.

    Call arguments:
        inputs: float tensor of shape `(..., width)`.

    Returns:
        Logits, float32 tensor of shape `(..., classes)`.
    """

    def __init__(self, classes, model_dtype="float32", **kwargs):
        super().__init__(classes, dtype="float32", **kwargs)
        self.gradient_dtype = _gradient_dtype(classes, model_dtype)

    def call(self, inputs):
        """Returns the logits."""
        product = _product(inputs, self.kernel, self.gradient_dtype)
        return product + self.bias


class TiedLogitsHead(keras.Layer):
    """A linear layer to logits that shares its weights with an embedding.

    The inputs are projected to the width of the embedding. The logit of a token
    is the product with its vector, plus a bias. See `LogitsHead`.

    Args:
        embedding: a `TokenEmbedding`.
        classes: number of first ids that can be predicted.
        model_dtype: type of the model's products.

    Reference:
        [Press and Wolf, 2017](https://arxiv.org/abs/1608.05859)
    """

    def __init__(self, embedding, classes, model_dtype="float32", **kwargs):
        super().__init__(dtype="float32", **kwargs)
        self.embedding = embedding
        self.classes = classes
        self.gradient_dtype = _gradient_dtype(classes, model_dtype)
        self.projection = keras.layers.Dense(
            embedding.size, use_bias=False, dtype="float32"
        )

    def build(self, inputs_shape):
        """Creates the projection and the bias."""
        if not self.embedding.built:
            self.embedding.build()
        self.projection.build(inputs_shape)
        self.bias = self.add_weight(
            name="bias", shape=(self.classes,), initializer="zeros"
        )

    def call(self, inputs):
        """Returns the logits."""
        # Split, because the gradient of a slice is slower.
        others = self.embedding.vocabulary_size - self.classes
        table, _ = tf.split(
            tf.convert_to_tensor(self.embedding.table), [self.classes, others]
        )
        projected = self.projection(inputs)
        product = _product(projected, tf.transpose(table), self.gradient_dtype)
        return product + self.bias


def _gradient_dtype(classes, model_dtype):
    many = classes >= MANY_CLASSES
    return model_dtype if many and model_dtype == "bfloat16" else "float32"


def _product(inputs, kernel, dtype):
    """Multiplies by a matrix in float32; in another type for the gradient.

    Args:
        inputs: shape `(..., width)`.
        kernel: shape `(width, classes)`.
        dtype: type of the products of the gradient.

    Returns:
        float32 tensor of shape `(..., classes)`.
    """

    @tf.custom_gradient
    def run(inputs, kernel):
        def gradient(d_product):
            d_product = tf.cast(d_product, dtype)
            x, k = tf.cast(inputs, dtype), tf.cast(kernel, dtype)
            d_inputs = tf.matmul(d_product, k, transpose_b=True)
            d_kernel = tf.matmul(x, d_product, transpose_a=True)
            return tf.cast(d_inputs, tf.float32), tf.cast(d_kernel, tf.float32)

        return tf.matmul(inputs, kernel), gradient

    kernel = tf.convert_to_tensor(kernel)
    # One large product in place of many small ones.
    flat = tf.reshape(inputs, (-1, inputs.shape[-1]))
    product = run(flat, kernel)
    shape = tf.concat([tf.shape(inputs)[:-1], tf.shape(kernel)[1:]], axis=0)
    product = tf.reshape(product, shape)
    product.set_shape((*inputs.shape[:-1], kernel.shape[1]))
    return product
