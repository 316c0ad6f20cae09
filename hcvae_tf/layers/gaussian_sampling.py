"""Samples the latent vector by the reparametrisation trick."""

import keras
import tensorflow as tf

from hcvae_tf.layers import noise
from hcvae_tf.layers.replicas import replica_rows


@keras.saving.register_keras_serializable("hcvae_tf")
class GaussianSampling(keras.Layer):
    """Samples `z = z_mean + exp(z_log_var / 2) * noise`, noise ~ N(0, 1).

    The noise depends only on the seed, so a repeated step has the same noise.

    Call arguments:
        z_mean: float tensor of shape `(batch, z_size)`.
        z_log_var: float tensor of the same shape, natural logarithm.
        seed: int32 tensor of shape `(2,)`.

    Returns:
        Float tensor of shape `(batch, z_size)`.

    Reference:
        [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114)
    """

    def build(self, z_mean_shape=None, z_log_var_shape=None, seed_shape=None):
        """Creates nothing: the layer has no weights."""

    def call(self, z_mean, z_log_var, seed):
        """Samples one latent vector per text."""

        def draw(rows):
            return noise.normal((rows, z_mean.shape[-1]), seed)

        drawn = replica_rows(draw, tf.shape(z_mean)[0])
        return z_mean + tf.exp(z_log_var / 2) * tf.cast(drawn, z_mean.dtype)
