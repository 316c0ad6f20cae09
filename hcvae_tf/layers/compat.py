"""Private API of Keras and TensorFlow that models use."""

from collections.abc import Iterator

import keras
import tensorflow as tf
from tensorflow.python.ops import control_flow_util


def compiled_by_xla() -> bool:
    """Returns whether a `tf.function(jit_compile=True)` is being traced."""
    graph = tf.compat.v1.get_default_graph()
    return control_flow_util.GraphOrParentsInXlaContext(graph)


def batch_moments(norm, inputs, mask) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns the mean and variance that a batch norm of Keras would use."""
    return norm._moments(inputs, mask)


def all_layers(model: keras.Model) -> Iterator[keras.Layer]:
    """Yields the layers of a model, at any depth."""
    return model._flatten_layers()
