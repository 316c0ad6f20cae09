"""Random numbers that do not depend on how a batch is split over devices."""

from collections.abc import Callable

import tensorflow as tf


def replica_rows(
    draw: Callable[[tf.Tensor], tf.Tensor], batch: tf.Tensor
) -> tf.Tensor:
    """Draws for the whole batch and keeps the rows of this replica.

    Every replica of a `tf.distribute` strategy draws the same numbers for the
    global batch and takes its own part, so one device with the whole batch
    sees the same noise as many devices with a share each.

    Args:
        draw: gives random values of shape `(rows, ...)` for a number of rows.
        batch: int32 scalar, texts on this replica (the same on each).

    Returns:
        The values of this replica, shape `(batch, ...)`.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return draw(batch)
    first = tf.cast(context.replica_id_in_sync_group, tf.int32) * batch
    return draw(batch * context.num_replicas_in_sync)[first : first + batch]
