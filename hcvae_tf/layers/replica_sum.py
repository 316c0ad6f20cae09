"""Sums over the replicas of a `tf.distribute` strategy."""

import tensorflow as tf


def replica_sum(values):
    """Adds up what every replica has; alone, what is given.

    Args:
        values: a tensor or a list of tensors, of the same shapes on each
            replica.

    Returns:
        The same structure, equal on each replica.
    """
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return values
    return context.all_reduce(tf.distribute.ReduceOp.SUM, values)
