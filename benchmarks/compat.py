"""Private API of Keras and TensorFlow that the benchmarks use."""

from collections.abc import Iterator

import keras


def all_layers(model: keras.Model) -> Iterator[keras.Layer]:
    """Yields the layers of a model, at any depth."""
    return model._flatten_layers()


def read_xplane(data: bytes):
    """Reads what TensorFlow's profiler wrote."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    return xplane_pb2.XSpace.FromString(data)
