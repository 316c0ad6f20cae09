"""Running means of the costs, reported by the training loop."""

import keras
import tensorflow as tf

from hcvae_tf.layers.replicas import replica_sum

COSTS = ("loss", "negative_elbo", "reconstruction", "kl", "auxiliary")


class TrainingMetrics:
    """Means of the costs over the texts of all replicas, equal on each replica.

    It is not a Keras object, so that models are saved without it: reading a
    metric outside of a step would need all replicas.
    """

    def __init__(self):
        self.means = {
            name: keras.metrics.Mean(name=name, dtype="float32")
            for name in (*COSTS, "bits_per_char")
        }

    def update(
        self, costs: dict[str, tf.Tensor], losses: tf.Tensor, guarded: bool
    ) -> dict[str, tf.Tensor]:
        """Adds a batch to the means.

        Texts without a character do not count, nor does a guarded batch with a
        cost that is not finite.

        Args:
            costs: the output of `TextVAE.costs`.
            losses: loss of each text in nats, shape `(batch,)`.
            guarded: whether the step is left out if it is not finite.

        Returns:
            The means so far: nats per text, and bits per character.
        """
        characters = costs["characters"]
        texts = tf.cast(characters > 0, tf.float32)
        values = {**costs, "loss": losses}
        sums = [tf.reduce_sum(values[name] * texts) for name in COSTS]
        sums += [tf.reduce_sum(texts), tf.reduce_sum(characters)]
        total = replica_sum(tf.stack(sums))
        if guarded:
            finite = tf.reduce_all(tf.math.is_finite(total))
            total = tf.where(finite, total, tf.zeros_like(total))
        *sums, texts, characters = tf.unstack(total)
        for name, nats in zip(COSTS, sums, strict=True):
            mean = tf.math.divide_no_nan(nats, texts)
            self.means[name].update_state(mean, sample_weight=texts)
        bits = sums[COSTS.index("negative_elbo")] / tf.math.log(2.0)
        self.means["bits_per_char"].update_state(
            tf.math.divide_no_nan(bits, characters), sample_weight=characters
        )
        # Keras averages the results of several workers along their first axis.
        shape = (1,) if _several_workers() else ()
        return {
            name: tf.reshape(mean.result(), shape)
            for name, mean in self.means.items()
        }


def _several_workers() -> bool:
    return isinstance(
        tf.distribute.get_strategy(), tf.distribute.MultiWorkerMirroredStrategy
    )
