"""The paper's learning-rate schedule."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("hcvae_tf")
class EpochDecay(keras.optimizers.schedules.LearningRateSchedule):
    """A constant rate, then the same factor less after each epoch.

    Args:
        learning_rate: the rate of the first epochs.
        decay: factor per epoch.
        decay_after: number of epochs that keep the first rate.
        steps_per_epoch: training steps in an epoch.
    """

    def __init__(self, learning_rate, decay, decay_after, steps_per_epoch):
        self.learning_rate = learning_rate
        self.decay = decay
        self.decay_after = decay_after
        self.steps_per_epoch = steps_per_epoch

    def __call__(self, step):
        """The rate at a training step, float32 scalar."""
        epoch = tf.cast(step, tf.int64) // self.steps_per_epoch
        decays = tf.maximum(epoch + 1 - self.decay_after, 0)
        return self.learning_rate * tf.cast(self.decay, tf.float32) ** (
            tf.cast(decays, tf.float32)
        )

    def get_config(self):
        """The arguments of the schedule."""
        return {
            "learning_rate": self.learning_rate,
            "decay": self.decay,
            "decay_after": self.decay_after,
            "steps_per_epoch": self.steps_per_epoch,
        }
