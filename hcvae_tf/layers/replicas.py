"""What the replicas of a `tf.distribute` strategy share: noise and sums."""

from collections.abc import Callable

import tensorflow as tf


def replica_rows(
    draw: Callable[[tf.Tensor], tf.Tensor], batch: tf.Tensor
) -> tf.Tensor:
    """Draws for the whole batch and keeps the rows of this replica.

    Every replica draws the same numbers for the global batch and takes its
    own part, so one device with the whole batch sees the same noise as many
    devices with a share each.

    Args:
        draw: gives random values of shape `(rows, ...)` for a number of rows.
        batch: int32 scalar, texts on this replica (the same on each).

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
        values: a tensor or a list of tensors, of the same shapes on each
            replica.

    Returns:
        The same structure, equal on each replica; with one replica, the
        values themselves.
    """
    context = _several_replicas()
    if context is None:
        return values
    return context.all_reduce(tf.distribute.ReduceOp.SUM, values)


def _several_replicas():
    """The context of this replica, None if there is only one."""
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return None
    return context
