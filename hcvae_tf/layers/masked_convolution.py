"""The masked convolution block of the ByteNet language model."""

import keras
import tensorflow as tf

from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.layers.renamed_arguments import RenamedArguments


@keras.saving.register_keras_serializable("hcvae_tf")
class MaskedConvolutionBlock(RenamedArguments, keras.Layer):
    """Convolution masked to the past, with highway gates.

    A convolution of kernel 3 that is masked at the next position reads two
    positions, the current and the previous one. It is therefore computed as a
    causal convolution of kernel 2. Batch norm and three gates follow:

        i, f, g = sigmoid(a_i), sigmoid(a_f), tanh(a_g)
        y = i * g + f * x

    Args:
        filters: number of input maps and of output maps.
        momentum: momentum of the moving statistics of the batch norm.

    Call arguments:
        inputs: float tensor of shape `(batch, length, filters)`.
        training: whether batch norm uses the batch's statistics.
        counted: bool tensor of shape `(batch, length)`, the positions that
            count in the statistics of this replica; None for all positions
            of all replicas.

    Returns:
        Float tensor of the same shape; position t depends on positions t - 1
        and t.

    Reference:
        [Kalchbrenner et al., 2016](https://arxiv.org/abs/1610.10099)
    """

    def __init__(self, filters, momentum=0.9, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.momentum = momentum
        self.convolution = keras.layers.Conv1D(
            3 * filters,
            kernel_size=2,
            padding="causal",
            use_bias=False,
            data_format="channels_last",
            dtype=self.dtype_policy,
        )
        self.norm = BatchNormalization(
            momentum=momentum, synchronized=True, dtype=self.dtype_policy
        )

    def build(self, inputs_shape):
        """Builds the convolution and the batch norm."""
        self.convolution.build((None, None, self.filters))
        self.norm.build((None, None, 3 * self.filters))

    def call(self, inputs, training=False, counted=None):
        """Runs over all positions."""
        gates = self.convolution(inputs)
        gates = self.norm(gates, training=training, mask=counted)
        return _highway(gates, inputs)

    def step(self, inputs, previous):
        """Runs over one position.

        Args:
            inputs: float tensor of shape `(batch, filters)`.
            previous: the inputs of the previous position, zeros for the first.

        Returns:
            Output of shape `(batch, filters)`.
        """
        kernel = tf.cast(self.convolution.kernel, inputs.dtype)
        kernel = tf.reshape(kernel, (2 * self.filters, 3 * self.filters))
        gates = tf.matmul(tf.concat([previous, inputs], axis=1), kernel)
        return _highway(self.norm(gates[:, None])[:, 0], inputs)

    def get_config(self):
        """Returns the arguments of the layer."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "momentum": self.momentum,
        }


def _highway(gates, inputs):
    i, f, g = tf.split(gates, 3, axis=-1)
    return tf.sigmoid(i) * tf.tanh(g) + tf.sigmoid(f) * inputs
