"""A prior of the latent vector that is a mixture of Gaussians."""

import keras
import numpy as np
import tensorflow as tf

from hcvae_tf.layers.gaussian_density import gaussian_log_density


@keras.saving.register_keras_serializable("hcvae_tf")
class MixturePrior(keras.Layer):
    """A mixture of Gaussians with diagonal covariances; it is not trained.

    Args:
        components: number of Gaussians.
        z_size: width of the latent vector.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.

    Returns:
        log p(z) in nats, float32 tensor of shape `(batch,)`.
    """

    def __init__(self, components, z_size, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.components = components
        self.z_size = z_size

    def build(self, z_shape=None):
        """Creates equal Gaussians, each N(0, 1)."""

        def weight(name, *shape):
            return self.add_weight(
                shape=(self.components, *shape),
                initializer="zeros",
                trainable=False,
                name=name,
            )

        self.log_shares = weight("log_shares")
        self.means = weight("means", self.z_size)
        self.log_variances = weight("log_variances", self.z_size)

    def assign(
        self, shares: np.ndarray, means: np.ndarray, variances: np.ndarray
    ) -> None:
        """Sets the Gaussians.

        Args:
            shares: shape `(components,)`, positive; their sum is 1.
            means: shape `(components, z_size)`.
            variances: the same shape, positive.
        """
        self.log_shares.assign(np.log(shares))
        self.means.assign(means)
        self.log_variances.assign(np.log(variances))

    def call(self, z):
        """Computes the log-density."""
        densities = gaussian_log_density(
            z[:, tf.newaxis], self.means, self.log_variances
        )
        shares = tf.nn.log_softmax(self.log_shares)
        return tf.reduce_logsumexp(shares + densities, axis=-1)

    def draw(self, noise: tf.Tensor, choice: tf.Tensor) -> tf.Tensor:
        """Draws latent vectors.

        Args:
            noise: float tensor of shape `(batch, z_size)`, from N(0, 1).
            choice: float tensor of shape `(batch,)`, uniform in [0, 1): which
                of the Gaussians.

        Returns:
            float tensor of shape `(batch, z_size)`.
        """
        ends = tf.cumsum(tf.nn.softmax(self.log_shares))
        # Rounding may leave the last end below 1.
        chosen = tf.searchsorted(ends[:-1], choice, side="right")
        spread = tf.exp(tf.gather(self.log_variances, chosen) / 2)
        return tf.gather(self.means, chosen) + spread * noise

    def get_config(self):
        """Returns the arguments of the layer."""
        return {
            **super().get_config(),
            "components": self.components,
            "z_size": self.z_size,
        }
