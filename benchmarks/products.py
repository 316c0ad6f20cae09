"""How much of a training step is matrix products, and how fast they can be."""

import glob
import math
import tempfile
import time

import keras
import tensorflow as tf

from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM

_FORWARD_AND_BACKWARD = 3
_KINDS = ("MatMul", "Conv2D", "Einsum")


def product_rate(dtype: str, size: int = 4096, rounds: int = 5) -> float:
    """The fastest that this machine multiplies two large matrices, FLOP/s."""
    matrix = tf.cast(tf.random.normal((size, size)), dtype)
    seconds = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        tf.matmul(matrix, matrix)[0, 0].numpy()
        seconds.append(time.perf_counter() - begin)
    return 2 * size**3 / min(seconds[1:])


def product_flops(model: keras.Model, batch: int, length: int) -> float:
    """FLOP of the products that one training step cannot do without.

    Every matrix is multiplied three times: forward, and for the gradients of
    its input and of itself. Characters enter LSTMs by lookup, which is none.
    """
    flops = 0
    for layer in model._flatten_layers():
        rows, size = batch * length, 0
        if isinstance(layer, LayerNormLSTM):
            gates = 4 * layer.units
            size = (layer.units + layer.feature_size) * gates
        elif isinstance(layer, keras.layers.Dense):
            size = math.prod(layer.kernel.shape)
            # These see a text at once, the others each of its characters.
            if layer.name in ("posterior", "expand", "from_z"):
                rows = batch
        elif isinstance(layer, keras.layers.Conv1D):
            # The strided ones of the encoder halve the length.
            size = math.prod(layer.kernel.shape)
            rows = batch * _length_after(model.encoder, layer, length)
        elif isinstance(layer, keras.layers.Conv1DTranspose):
            size = math.prod(layer.kernel.shape)
            decoder = model.decoder.deconvolution
            place = decoder.deconvolutions.index(layer)
            rows = batch * decoder.smallest * 2**place
        flops += 2 * rows * size
    return _FORWARD_AND_BACKWARD * flops


def product_share(step, rounds: int = 3) -> float:
    """Share of the wall time in which a product is running, by the profiler.

    Args:
        step: runs one training step and waits for it.
        rounds: steps profiled.
    """
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            for _ in range(rounds):
                step()
        (file,) = glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)
        space = xplane_pb2.XSpace()
        with open(file, "rb") as profile:
            space.ParseFromString(profile.read())
    events, products = [], []
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                begin = line.timestamp_ns * 1000 + event.offset_ps
                span = begin, begin + event.duration_ps
                name = plane.event_metadata[event.metadata_id].name
                events.append(span)
                if any(kind in name for kind in _KINDS):
                    products.append(span)
    return _covered(products) / _covered(events)


def _length_after(encoder, layer, length):
    if layer in getattr(encoder, "convolutions", ()):
        return -(-length // 2 ** (encoder.convolutions.index(layer) + 1))
    return length


def _covered(spans):
    """Length of the union of intervals."""
    total, reached = 0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total
