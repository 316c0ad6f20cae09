"""Both halves of a batch at the same time."""

import tensorflow as tf

from hcvae_tf.layers.compat import compiled_by_xla
from pipelines.cores import cores


def in_halves(function, *inputs, training):
    """Calls a function with each half of a batch in training.

    The steps of a recurrent layer are too small for several cores, and come
    one after the other. Two halves of a batch do not wait for each other:
    TensorFlow runs each on its own core. `docs/performance.md` has figures.

    Args:
        function: from tensors to nested tensors, whose first axis is the
            batch. Each row of its results depends on the same row of its
            inputs alone.
        *inputs: nested tensors of shape `(batch, ...)`, or None.
        training: whether the model trains. Otherwise, as with one core, under
            XLA or on a GPU, there is one call for the whole batch.

    Returns:
        What `function(*inputs)` returns.
    """
    first = next(x for x in tf.nest.flatten(inputs) if x is not None)
    if not training or not _worthwhile(first.shape[0]):
        return function(*inputs)
    half = (first.shape[0] or tf.shape(first)[0]) // 2
    results = [
        function(
            *tf.nest.map_structure(
                lambda x, rows=rows: None if x is None else x[rows], inputs
            )
        )
        for rows in (slice(half), slice(half, None))
    ]
    return tf.nest.map_structure(lambda *x: tf.concat(x, axis=0), *results)


def _worthwhile(batch):
    if batch == 1 or compiled_by_xla() or cores() == 1:
        return False
    return not tf.config.list_logical_devices("GPU")
