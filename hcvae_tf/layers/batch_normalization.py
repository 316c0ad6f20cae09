"""Batch norm that can use its moving statistics in training."""

import keras
import tensorflow as tf

from hcvae_tf.layers.compat import batch_moments


@keras.saving.register_keras_serializable("hcvae_tf")
class BatchNormalization(keras.layers.BatchNormalization):
    """Batch norm of the last axis that can use its moving statistics.

    The statistics of a batch tell what its texts have in common: if they are
    equally long, how long they are. A model learns to rely on that, but a text
    that comes alone does not have it. So in the last part of a training the
    outputs are those of the moving statistics, as in evaluation. These go on
    following the batches: a norm that does not follow the weights before it
    can make a training diverge.

    Its name is that of Keras's layer, because names of files' entries are made
    of it. The arguments are those of `keras.layers.BatchNormalization`.
    """

    def build(self, input_shape):
        """Creates the weights."""
        super().build(input_shape)
        # No weight: files do not have it.
        with tf.init_scope():
            self._of_batch = tf.Variable(True, trainable=False)

    def use_batch_statistics(self, on):
        """Lets training use the statistics of the batch, or the moving ones.

        Args:
            on: whether to use those of the batch, as at first. A training
                step that is traced already obeys, too.
        """
        self._of_batch.assign(on)

    def call(self, inputs, training=None, mask=None):
        """Normalises the inputs."""
        if not (training and self.trainable):
            return super().call(inputs, training=False)
        inputs = tf.cast(inputs, "float32")
        batch = batch_moments(self, inputs, mask)
        on = tf.convert_to_tensor(self._of_batch)
        used = []
        for value, moving in zip(
            batch, (self.moving_mean, self.moving_variance), strict=True
        ):
            before = tf.convert_to_tensor(moving)
            used.append(tf.where(on, value, before))
            moving.assign(before + (1.0 - self.momentum) * (value - before))
        outputs = keras.ops.batch_normalization(
            inputs,
            *used,
            axis=-1,
            offset=self.beta,
            scale=self.gamma,
            epsilon=self.epsilon,
        )
        return tf.cast(outputs, self.compute_dtype)
