"""How streams use threads."""

import tensorflow as tf

PARALLEL = 4
"""Number of elements that a step of a stream computes at the same time."""
_AHEAD = 2


def prefetched(data: tf.data.Dataset) -> tf.data.Dataset:
    """Computes the next elements while the last one is used.

    TensorFlow does not tune the stream. Its tuner sometimes sleeps on when an
    iterator ends, which then waits for it: up to as long as it has lived.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return data.prefetch(_AHEAD).with_options(options)
