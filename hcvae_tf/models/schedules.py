"""The schedules of the KL weight and the learning rate."""

import keras
import tensorflow as tf

from hcvae_tf.models.objective import Objective


def kl_weight(objective: Objective, step: tf.Tensor) -> tf.Tensor:
    """Returns the weight of the KL term at a training step.

    Args:
        objective: settings of the schedule.
        step: training step, integer scalar.

    Returns:
        float32 scalar.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.4. Cycles whose second half has weight 1: [Fu et al.,
        2019](https://arxiv.org/abs/1903.10145).
    """
    if not objective.kl_grows:
        return tf.constant(float(objective.kl == "constant"))
    floor = objective.floor
    progress = _progress(step, objective.kl_start, objective.kl_end)
    if objective.kl == "cyclical":
        cycle = 2.0 * tf.math.floormod(progress * objective.kl_cycles, 1.0)
        inside = (progress > 0.0) & (progress < 1.0)
        progress = tf.where(inside, cycle, progress)
    return tf.clip_by_value(progress, 0.0, 1.0 - floor) + floor


def alpha_weight(objective: Objective, step: tf.Tensor) -> tf.Tensor:
    """Returns the weight of the auxiliary reconstruction at a training step.

    Args:
        objective: settings of the schedule.
        step: training step, integer scalar.

    Returns:
        float32 scalar.
    """
    if not objective.alpha_falls:
        return tf.constant(objective.alpha, tf.float32)
    progress = _progress(step, objective.alpha_start, objective.alpha_end)
    fall = 1.0 - objective.alpha_final
    return objective.alpha * (1.0 - fall * tf.clip_by_value(progress, 0.0, 1.0))


def _progress(step, start, end):
    """Returns 0 at `start` and 1 at `end`, evenly, also before and after."""
    return (tf.cast(step, tf.float32) - start) / (end - start)


@keras.saving.register_keras_serializable("hcvae_tf")
class EpochDecay(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that is constant first and then decays per epoch.

    Args:
        learning_rate: learning rate of the first epochs.
        decay: factor on the learning rate in each later epoch.
        decay_after: number of epochs that keep the first learning rate.
        steps_per_epoch: training steps in an epoch.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390)
    """

    def __init__(self, learning_rate, decay, decay_after, steps_per_epoch):
        self.learning_rate = learning_rate
        self.decay = decay
        self.decay_after = decay_after
        self.steps_per_epoch = steps_per_epoch

    def __call__(self, step):
        """Returns the learning rate at a training step, a float32 scalar."""
        epoch = tf.cast(step, tf.int64) // self.steps_per_epoch
        decays = tf.maximum(epoch + 1 - self.decay_after, 0)
        return self.learning_rate * tf.cast(self.decay, tf.float32) ** (
            tf.cast(decays, tf.float32)
        )

    def get_config(self):
        """Returns the arguments of the schedule."""
        return {
            "learning_rate": self.learning_rate,
            "decay": self.decay,
            "decay_after": self.decay_after,
            "steps_per_epoch": self.steps_per_epoch,
        }


@keras.saving.register_keras_serializable("hcvae_tf")
class LinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises for some steps, then falls evenly to 0.

    Args:
        learning_rate: where the line begins that falls to 0.
        steps: step at which the line is 0.
        warmup: number of steps in which the learning rate rises to the line.
        start: step at which the training begins, or is extended.
    """

    def __init__(self, learning_rate, steps, warmup, start=0):
        self.learning_rate = learning_rate
        self.steps = steps
        self.warmup = warmup
        self.start = start

    def __call__(self, step):
        """Returns the learning rate at a training step, a float32 scalar."""
        step = tf.cast(step, tf.float32)
        line = tf.maximum(1.0 - step / self.steps, 0.0)
        rise = (step - self.start + 1.0) / (self.warmup + 1.0)
        return self.learning_rate * line * tf.minimum(rise, 1.0)

    def get_config(self):
        """Returns the arguments of the schedule."""
        return {
            "learning_rate": self.learning_rate,
            "steps": self.steps,
            "warmup": self.warmup,
            "start": self.start,
        }
