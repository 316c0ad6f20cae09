"""The head: products of its own weights, or of those of an embedding."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from hcvae_tf.layers.logits_head import MANY_CLASSES, LogitsHead, TiedLogitsHead
from hcvae_tf.layers.token_embedding import TokenEmbedding

INPUTS = np.random.default_rng(0).normal(size=(2, 3, 5)).astype("float32")


def built(tied, dtype="float32", classes=7):
    """Returns a head whose weights are random, built."""
    if tied:
        head = TiedLogitsHead(TokenEmbedding(classes + 2, 4), classes, dtype)
    else:
        head = LogitsHead(classes, dtype)
    head.build((None, None, 5))
    rng = np.random.default_rng(1)
    for weight in head.weights:
        weight.assign(rng.normal(size=weight.shape))
    return head


def test_own_weights_are_those_of_a_linear_layer():
    head = built(tied=False)
    dense = keras.layers.Dense(7)
    dense.build((None, None, 5))
    dense.set_weights(head.get_weights())
    np.testing.assert_allclose(head(INPUTS), dense(INPUTS), rtol=1e-5)


def test_shared_weights_are_the_first_vectors_of_the_embedding():
    head = built(tied=True)
    vectors = head.embedding(tf.range(9)).numpy()
    projected = INPUTS @ head.projection.kernel.numpy()
    expected = projected @ vectors[:7].T + head.bias.numpy()
    np.testing.assert_allclose(head(INPUTS), expected, rtol=1e-4, atol=1e-5)
    assert len(head.trainable_weights) == 3


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("classes", [7, MANY_CLASSES])
def test_the_gradient_is_that_of_a_product(tied, dtype, classes):
    head = built(tied, dtype, classes)
    weights = head.trainable_weights
    with tf.GradientTape() as tape:
        found = tf.reduce_sum(tf.sin(head(INPUTS)))
    gradients = tape.gradient(found, weights)
    assert head(INPUTS).dtype == tf.float32
    with tf.GradientTape() as tape:
        x, bias = INPUTS, head.bias
        if tied:
            x = tf.einsum("btw,we->bte", x, head.projection.kernel)
            kernel = tf.transpose(head.embedding.table[:classes])
        else:
            kernel = tf.convert_to_tensor(head.kernel)
        logits = tf.einsum("bte,ec->btc", x, kernel) + bias
        expected = tf.reduce_sum(tf.sin(logits))
    rounded = dtype == "bfloat16" and classes == MANY_CLASSES
    assert head.gradient_dtype == ("bfloat16" if rounded else "float32")
    tolerance = 0.05 if rounded else 1e-4
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    for one, other in zip(
        gradients, tape.gradient(expected, weights), strict=True
    ):
        np.testing.assert_allclose(
            one,
            tf.convert_to_tensor(other),
            rtol=tolerance,
            atol=20 * tolerance,
        )
