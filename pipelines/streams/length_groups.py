"""Order of texts in which a batch has texts of about the same length."""

import tensorflow as tf

from pipelines.streams import windows

# Batches whose texts are sorted together.
BATCHES = 32


def grouped_by_length(
    lengths: tf.Tensor,
    batch_size: int,
    pass_size: int,
    seed: int,
    group: tf.Tensor | int,
) -> tf.Tensor:
    """Returns the order in which to take the texts of a group of batches.

    The texts are sorted by length and cut into batches, whose order is random.
    No text comes before one of an earlier pass.

    Args:
        lengths: integer tensor of shape `(batches * batch_size,)`, those of
            texts that follow each other in endless passes.
        batch_size: texts per batch.
        pass_size: texts per pass, at least `batch_size`.
        seed: any integer of 64 bits.
        group: scalar integer, the number of the group. All groups are equally
            large, and group 0 begins with pass 0.

    Returns:
        int32 tensor of shape `(batches * batch_size,)`, indices of the texts.
    """
    lengths = tf.cast(lengths, tf.int64)
    size = tf.size(lengths, tf.int64)
    passes = (tf.cast(group, tf.int64) * size + tf.range(size)) // pass_size
    texts = tf.argsort(passes * (tf.reduce_max(lengths) + 1) + lengths)
    batches = tf.reshape(texts, (-1, batch_size))
    count = size // batch_size
    random = tf.random.experimental.stateless_shuffle(
        tf.range(count), windows.seed_pair(seed, group), alg="philox"
    )
    # One batch may end a pass and begin another: it stays between the two.
    ends = tf.gather(passes, batches[:, 0]) + tf.gather(passes, batches[:, -1])
    order = tf.argsort(ends * count + random)
    return tf.reshape(tf.gather(batches, order), [-1])
