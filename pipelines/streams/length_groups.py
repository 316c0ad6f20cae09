"""Order of texts in which a batch has texts of about the same length."""

import tensorflow as tf

from pipelines.streams import windows
from pipelines.vocabulary import token_counts

# Batches whose texts are sorted together.
BATCHES = 32


def grouped_by_length(
    rows: tf.Tensor, pass_size: int, seed: int, group: tf.Tensor | int
) -> tf.Tensor:
    """Rearranges the texts of a group of batches.

    The texts are sorted by length and cut into batches, whose order is random.
    No text comes before one of an earlier pass.

    Args:
        rows: int32 tensor of shape `(batches, batch_size, length)`, tokens of
            texts that follow each other in endless passes.
        pass_size: texts per pass, at least `batch_size`.
        seed: any integer of 64 bits.
        group: scalar integer, the number of the group. All groups are equally
            large, and group 0 begins with pass 0.

    Returns:
        int32 tensor of the shape of `rows`.
    """
    count, batch_size, length = tf.unstack(tf.shape(rows, tf.int64))
    texts = tf.reshape(rows, (-1, length))
    lengths = token_counts(texts)
    size = count * batch_size
    passes = (tf.cast(group, tf.int64) * size + tf.range(size)) // pass_size
    order = tf.argsort(passes * (length + 1) + lengths)
    batches = tf.reshape(order, (count, batch_size))
    random = tf.random.experimental.stateless_shuffle(
        tf.range(count), windows.seed_pair(seed, group)
    )
    # One batch may end a pass and begin another: it stays between the two.
    ends = tf.gather(passes, batches[:, 0]) + tf.gather(passes, batches[:, -1])
    batches = tf.gather(batches, tf.argsort(ends * count + random))
    return tf.gather(texts, batches)
