"""Adam in one pass over the weights."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("hcvae_tf")
class FusedAdam(keras.optimizers.Adam):
    """Adam that updates a weight and both of its means with one op.

    Keras's Adam passes about ten times over all weights. Results, variables
    and arguments are the same, but there is no `amsgrad`.

    Args:
        *args: arguments of `keras.optimizers.Adam`.
        **kwargs: arguments of `keras.optimizers.Adam`.

    Attributes:
        keeps: function without arguments that returns whether a step may move
            the weights, a bool scalar; None if every step may. Momentum moves
            them even when the gradient is zero.

    Raises:
        ValueError: if `amsgrad` is true.

    Reference:
        [Kingma and Ba, 2014](https://arxiv.org/abs/1412.6980)
    """

    keeps = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.amsgrad:
            raise ValueError("FusedAdam has no amsgrad; use Keras's Adam")

    def update_step(self, gradient, variable, learning_rate):
        """Updates one weight."""
        index = self._get_variable_index(variable)
        dtype = variable.dtype
        step = tf.cast(self.iterations + 1, dtype)
        learning_rate = tf.cast(learning_rate, dtype)
        if self.keeps is not None:
            learning_rate *= tf.cast(self.keeps(), dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, dtype), step),
            lr=learning_rate,
            beta1=tf.cast(self.beta_1, dtype),
            beta2=tf.cast(self.beta_2, dtype),
            epsilon=tf.cast(self.epsilon, dtype),
            grad=tf.cast(gradient, dtype),
        )
