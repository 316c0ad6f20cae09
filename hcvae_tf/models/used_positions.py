"""The positions of a batch that a model has to run over."""

import tensorflow as tf

from hcvae_tf.layers.compat import compiled_by_xla
from hcvae_tf.layers.replicas import replica_max
from pipelines.vocabulary import longest_text


def used_positions(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of first positions that are not all padding.

    Args:
        tokens: int32 tensor of shape `(batch, length)`.

    Returns:
        int32 scalar, equal on all replicas: statistics of batch norm count the
        same positions of each text.
    """
    return replica_max(longest_text(tokens))


def first_positions(values, positions):
    """Returns the values of the first positions; for XLA, those of all.

    XLA needs shapes that do not depend on the values of the tokens: it would
    compile each batch anew.

    Args:
        values: tensor of shape `(batch, length, ...)`.
        positions: int32 scalar, or None for all.
    """
    return values if compiled_by_xla() else values[:, :positions]


def position_mask(values, positions):
    """Returns which positions are among the first, where all are computed.

    Args:
        values: what `first_positions` returned, or of the same shape.
        positions: int32 scalar, or None for all.

    Returns:
        bool tensor of shape `(batch, length)`; None if there are no others.
    """
    if positions is None or not compiled_by_xla():
        return None
    batch, length = tf.unstack(tf.shape(values)[:2])
    return tf.fill((batch, 1), True) & (tf.range(length) < positions)
