"""From characters to the parameters of q(z | text)."""

import keras
import tensorflow as tf

from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM
from pipelines.vocabulary import PAD


class _Encoder(keras.Layer):
    """The part that encoders share: a linear layer to mean and log-variance.

    The mean may be batch-normalised, so that the KL of the average text
    cannot fall to 0: [Zhu et al., 2020](https://arxiv.org/abs/2004.12585).
    """

    def __init__(self, num_tokens, z_size, mean_spread=0.0, **kwargs):
        super().__init__(**kwargs)
        self.num_tokens = num_tokens
        self.z_size = z_size
        self.mean_spread = mean_spread
        # Statistics of q(z | text) stay float32 in mixed precision.
        self.posterior = keras.layers.Dense(
            2 * z_size, dtype="float32", name="posterior"
        )
        if mean_spread:
            self.mean_norm = keras.layers.BatchNormalization(
                momentum=0.9,
                epsilon=1e-6,
                scale=False,
                synchronized=True,
                dtype="float32",
            )

    def _build_posterior(self, width):
        self.posterior.build((None, width))
        if self.mean_spread:
            self.mean_norm.build((None, self.z_size))

    def _mean_and_log_var(self, summary, training):
        z_mean, z_log_var = tf.split(self.posterior(summary), 2, axis=-1)
        if self.mean_spread:
            normal = self.mean_norm(z_mean, training=training)
            z_mean = self.mean_spread * normal
        return z_mean, z_log_var

    def get_config(self):
        """The arguments of the encoder."""
        return {
            **super().get_config(),
            "num_tokens": self.num_tokens,
            "z_size": self.z_size,
            "mean_spread": self.mean_spread,
        }


@keras.saving.register_keras_serializable("hcvae_tf")
class ConvEncoder(_Encoder):
    """Strided convolutions, batch norm and ReLU, then one linear layer.

    Each convolution has kernel 3 and stride 2, so it halves the length,
    rounded up.

    Args:
        num_tokens: number of character ids.
        z_size: width of the latent vector.
        length: characters per text.
        maps: feature maps of the convolutions, from the text upwards.
        momentum: of the moving statistics of the batch norms.
        mean_spread: standard deviation over a batch that `z_mean` is
            normalised to in each dimension; 0 for not normalised.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`.
        training: whether batch norm uses the batch's statistics.

    Returns:
        `z_mean` and `z_log_var`, float32 tensors of shape `(batch, z_size)`.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.3 and figure 2(a).
    """

    def __init__(
        self, num_tokens, z_size, length, maps, momentum=0.9, **kwargs
    ):
        super().__init__(num_tokens, z_size, **kwargs)
        self.length = length
        self.maps = tuple(maps)
        self.momentum = momentum
        self.convolutions = [
            keras.layers.Conv1D(
                size,
                3,
                strides=2,
                padding="same",
                use_bias=False,
                dtype=self.dtype_policy,
            )
            for size in self.maps
        ]
        self.norms = [
            keras.layers.BatchNormalization(
                momentum=momentum, synchronized=True, dtype=self.dtype_policy
            )
            for _ in self.maps
        ]

    def build(self, tokens_shape):
        """Builds the stack for texts of `length` characters."""
        length, width = self.length, self.num_tokens
        for convolution, norm in zip(
            self.convolutions, self.norms, strict=True
        ):
            convolution.build((None, length, width))
            length, width = -(-length // 2), convolution.filters
            norm.build((None, length, width))
        self._build_posterior(length * width)

    def call(self, tokens, training=False):
        """Encodes a batch of texts."""
        maps = tf.one_hot(tokens, self.num_tokens, dtype=self.compute_dtype)
        for convolution, norm in zip(
            self.convolutions, self.norms, strict=True
        ):
            maps = tf.nn.relu(norm(convolution(maps), training=training))
        width = maps.shape[1] * maps.shape[2]
        return self._mean_and_log_var(tf.reshape(maps, (-1, width)), training)

    def get_config(self):
        """The arguments of the encoder."""
        return {
            **super().get_config(),
            "length": self.length,
            "maps": list(self.maps),
            "momentum": self.momentum,
        }


@keras.saving.register_keras_serializable("hcvae_tf")
class LSTMEncoder(_Encoder):
    """A layer-norm LSTM whose state after the last character is the summary.

    The state is taken at the end of the text; padding after it is not read.

    Args:
        num_tokens: number of character ids.
        z_size: width of the latent vector.
        units: size of the LSTM.
        mean_spread: see `ConvEncoder`.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`.
        training: whether a batch norm uses the batch's statistics.

    Returns:
        `z_mean` and `z_log_var`, float32 tensors of shape `(batch, z_size)`.

    Reference:
        [Bowman et al., 2016](https://arxiv.org/abs/1511.06349)
    """

    def __init__(self, num_tokens, z_size, units, **kwargs):
        super().__init__(num_tokens, z_size, **kwargs)
        self.units = units
        self.lstm = LayerNormLSTM(units, num_tokens, dtype=self.dtype_policy)

    def build(self, tokens_shape):
        """Builds the LSTM and the linear layer."""
        self.lstm.build((None, None))
        self._build_posterior(self.units)

    def call(self, tokens, training=False):
        """Encodes a batch of texts."""
        outputs, _ = self.lstm(tokens, training=training)
        characters = tf.math.count_nonzero(tokens != PAD, axis=1)
        last = tf.gather(
            outputs, tf.maximum(characters - 1, 0), axis=1, batch_dims=1
        )
        return self._mean_and_log_var(last, training)

    def get_config(self):
        """The arguments of the encoder."""
        return {**super().get_config(), "units": self.units}
