"""Noise, sums and maxima over the replicas of a `tf.distribute` strategy."""

from collections.abc import Callable

import tensorflow as tf


def replica_rows(
    draw: Callable[[tf.Tensor], tf.Tensor], batch: tf.Tensor
) -> tf.Tensor:
    """Draws values for the global batch and keeps the rows of this replica.

    Every replica draws the same numbers for the global batch and keeps its
    rows. So one device with the global batch has the same noise as many
    devices with a part of it each.

    Args:
        draw: function from a number of rows to random values of shape
            `(rows, ...)`.
        batch: int32 scalar, number of texts on this replica (equal on all).

    Returns:
        The values of this replica, shape `(batch, ...)`.
    """
    context = _several_replicas()
    if context is None:
        return draw(batch)
    first = tf.cast(context.replica_id_in_sync_group, tf.int32) * batch
    return draw(batch * context.num_replicas_in_sync)[first : first + batch]


def replica_sum(values):
    """Adds up the values of all replicas.

    Args:
        values: a tensor or a list of tensors, with the same shapes on all
            replicas.

    Returns:
        The sums in the same structure, equal on all replicas.
    """
    context = _several_replicas()
    if context is None:
        return values
    return context.all_reduce(tf.distribute.ReduceOp.SUM, values)


def replica_max(number):
    """Returns the largest of the numbers of all replicas.

    Args:
        number: integer scalar.

    Returns:
        Scalar of the same type, equal on all replicas.
    """
    context = _several_replicas()
    if context is None:
        return number
    # Replicas can only add up.
    own = number * tf.one_hot(
        context.replica_id_in_sync_group,
        context.num_replicas_in_sync,
        dtype=number.dtype,
    )
    return tf.reduce_max(replica_sum(own))


def _several_replicas():
    """Returns the context of this replica, None if it is the only one."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return None
    return context
