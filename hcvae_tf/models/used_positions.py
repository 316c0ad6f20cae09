"""The positions of a batch that a model has to run over."""

import tensorflow as tf

from hcvae_tf.layers.compat import compiled_by_xla
from pipelines.vocabulary import longest_text


def used_positions(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of first positions that are not all padding.

    XLA needs shapes that do not depend on the values of the tokens: it would
    compile each batch anew. For XLA all positions are used.

    Args:
        tokens: int32 tensor of shape `(batch, length)`.

    Returns:
        int32 scalar.
    """
    if compiled_by_xla():
        return tf.shape(tokens)[1]
    return longest_text(tokens)
