"""Leaves out training steps whose gradient is far larger than usual."""

import keras
import tensorflow as tf

# Share of a step in the mean, once there are more than 100 steps.
_RATE = 0.01


@keras.saving.register_keras_serializable("hcvae_tf")
class GradientGuard(keras.Layer):
    """Compares the norm of a gradient with its geometric mean so far.

    The mean forgets: a step counts for about 100 steps. An outlier counts in
    it as the largest norm that would have been kept, so a lasting change of
    the norm is followed.

    Args:
        factor: a norm above this many times the mean is an outlier; so is one
            that is not finite.

    Call arguments:
        norm: float32 scalar, global norm of the gradient.
        step: training step, integer scalar; the mean begins at step 0.

    Returns:
        Whether to keep the step, bool scalar.
    """

    def __init__(self, factor, **kwargs):
        super().__init__(dtype="float32", trainable=False, **kwargs)
        self.factor = factor

    def build(self, norm_shape=None, step_shape=None):
        """Creates the mean and the counts."""
        for name in ("log_mean", "left_out", "in_a_row"):
            weight = self.add_weight(
                shape=(),
                initializer="zeros",
                trainable=False,
                aggregation="mean",
                name=name,
            )
            setattr(self, name, weight)

    def call(self, norm, step):
        """Judges a step and updates the mean and the counts."""
        log_mean = tf.convert_to_tensor(self.log_mean)
        limit = log_mean + tf.math.log(float(self.factor))
        log_norm = tf.math.log(tf.maximum(norm, 1e-12))
        finite = tf.math.is_finite(norm)
        keep = finite & ((log_norm <= limit) | (step == 0))
        counted = tf.where(keep, log_norm, tf.where(finite, limit, log_mean))
        rate = tf.maximum(_RATE, 1.0 / (tf.cast(step, tf.float32) + 1.0))
        rate = tf.where(keep, rate, _RATE)
        self.log_mean.assign_add(rate * (counted - log_mean))
        left_out = 1.0 - tf.cast(keep, tf.float32)
        self.left_out.assign_add(left_out)
        self.in_a_row.assign((self.in_a_row + 1.0) * left_out)
        return keep

    def kept(self):
        """Returns whether the last step was kept, bool scalar."""
        return tf.equal(tf.convert_to_tensor(self.in_a_row), 0.0)

    def get_config(self):
        """Returns the arguments of the guard."""
        config = super().get_config()
        return {"name": config["name"], "factor": self.factor}
