"""Matrix products of a training step, and the fastest possible rate."""

import math
import time

import keras
import tensorflow as tf

from hcvae_tf.layers.compat import all_layers
from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM
from hcvae_tf.layers.logits_head import TiedLogitsHead

_FORWARD_AND_BACKWARD = 3


def product_rate(dtype: str, size: int = 4096, rounds: int = 5) -> float:
    """Measures the best rate of a product of two large matrices, FLOP/s."""
    matrix = tf.cast(tf.random.normal((size, size)), dtype)
    seconds = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        tf.matmul(matrix, matrix)[0, 0].numpy()
        seconds.append(time.perf_counter() - begin)
    return 2 * size**3 / min(seconds[1:])


def product_flops(model: keras.Model, batch: int, length: int) -> float:
    """Returns the FLOP of the products that a training step needs.

    Every matrix is multiplied three times: forward, and for the gradients of
    its input and of itself. Tokens enter LSTMs by lookup, without a product.
    """
    flops = 0
    for layer in all_layers(model):
        rows, size = batch * length, 0
        if isinstance(layer, LayerNormLSTM):
            gates = 4 * layer.units
            size = (layer.units + layer.feature_size) * gates
        elif isinstance(layer, TiedLogitsHead):
            # Its projection is a linear layer of its own.
            size = layer.classes * layer.embedding.size
        elif isinstance(layer, keras.layers.Dense):
            size = math.prod(layer.kernel.shape)
            # These run once per text, the others once per position.
            if layer.name in ("posterior", "expand", "from_z"):
                rows = batch
        elif isinstance(layer, keras.layers.Conv1D):
            # The strided convolutions of the encoder halve the length.
            size = math.prod(layer.kernel.shape)
            rows = batch * _length_after(model.encoder, layer, length)
        elif isinstance(layer, keras.layers.Conv1DTranspose):
            size = math.prod(layer.kernel.shape)
            decoder = model.decoder.deconvolution
            index = decoder.deconvolutions.index(layer)
            rows = batch * decoder.smallest * 2**index
        flops += 2 * rows * size
    return _FORWARD_AND_BACKWARD * flops


def _length_after(encoder, layer, length):
    if layer in getattr(encoder, "convolutions", ()):
        return -(-length // 2 ** (encoder.convolutions.index(layer) + 1))
    return length
