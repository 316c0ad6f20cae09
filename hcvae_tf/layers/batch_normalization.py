"""Batch norm whose statistics can be frozen."""

import keras


@keras.saving.register_keras_serializable("hcvae_tf")
class BatchNormalization(keras.layers.BatchNormalization):
    """Batch norm that can use its moving statistics in training, too.

    The statistics of a batch tell what its texts have in common: if they are
    equally long, how long they are. A model learns to rely on that, but a text
    that comes alone does not have it. In the last part of a training, with
    frozen statistics, the model learns to do without it.

    Its name is that of Keras's layer, because names of files' entries are made
    of it. The arguments are those of `keras.layers.BatchNormalization`.

    Attributes:
        frozen: whether training uses the moving statistics and keeps them.
    """

    frozen = False

    def call(self, inputs, training=None, mask=None):
        """Normalises the inputs."""
        training = training and not self.frozen
        return super().call(inputs, training=training, mask=mask)
