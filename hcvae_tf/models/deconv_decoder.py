"""The deconvolutional decoder."""

import keras
import tensorflow as tf

from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.layers.logits_head import LogitsHead
from hcvae_tf.layers.renamed_arguments import RenamedArguments
from hcvae_tf.models.used_positions import first_positions


@keras.saving.register_keras_serializable("hcvae_tf")
class DeconvDecoder(RenamedArguments, keras.Layer):
    """Transposed convolutions from z to all tokens at once, without history.

    A linear layer computes the smallest maps, and each transposed convolution
    (kernel 3, stride 2, batch norm, ReLU) doubles their length. Positions
    after the end of the text are cut off.

    Args:
        output_vocabulary_size: number of ids that can be predicted.
        z_size: width of the latent vector.
        length: tokens per text.
        filters: number of filters of each convolution of the encoder, which
            this stack mirrors.
        feature_size: filters of the last transposed convolution.
        momentum: momentum of the moving statistics of the batch norms.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: not used.
        positions: int32 scalar, number of first positions to predict; all by
            default. What XLA compiles predicts the others, too.
        training: whether batch norm uses the batch's statistics.

    Returns:
        A tuple of one tensor: logits, float32 of shape
        `(batch, length, output_vocabulary_size)`.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.2 and figure 2(a).
    """

    def __init__(
        self,
        output_vocabulary_size,
        z_size,
        length,
        filters,
        feature_size=200,
        momentum=0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.output_vocabulary_size = output_vocabulary_size
        self.z_size = z_size
        self.length = length
        self.filters = tuple(filters)
        self.feature_size = feature_size
        self.momentum = momentum
        widths = (*reversed(self.filters[:-1]), feature_size)
        self.smallest = -(-length // 2 ** len(widths))
        self.expand = keras.layers.Dense(
            self.smallest * self.filters[-1],
            activation="relu",
            dtype=self.dtype_policy,
            name="expand",
        )
        self.deconvolutions = [
            keras.layers.Conv1DTranspose(
                width,
                3,
                strides=2,
                padding="same",
                use_bias=False,
                data_format="channels_last",
                dtype=self.dtype_policy,
            )
            for width in widths
        ]
        self.norms = [
            BatchNormalization(
                momentum=momentum, synchronized=True, dtype=self.dtype_policy
            )
            for _ in widths
        ]
        self.head = LogitsHead(
            output_vocabulary_size, model_dtype=self.compute_dtype, name="head"
        )

    def build(self, z_shape=None, tokens_shape=None):
        """Builds the stack."""
        self.expand.build((None, self.z_size))
        length, width = self.smallest, self.filters[-1]
        for deconvolution, norm in zip(
            self.deconvolutions, self.norms, strict=True
        ):
            deconvolution.build((None, length, width))
            length, width = 2 * length, deconvolution.filters
            norm.build((None, length, width))
        self.head.build((None, None, self.feature_size))

    def features(self, z, training=False):
        """Returns the last maps, shape `(batch, length, feature_size)`."""
        z = tf.cast(z, self.compute_dtype)
        maps = tf.reshape(self.expand(z), (-1, self.smallest, self.filters[-1]))
        for deconvolution, norm in zip(
            self.deconvolutions, self.norms, strict=True
        ):
            maps = tf.nn.relu(norm(deconvolution(maps), training=training))
        return maps[:, : self.length]

    def call(self, z, tokens=None, positions=None, training=False):
        """Predicts all tokens, or the first ones."""
        features = self.features(z, training=training)
        return (self.head(first_positions(features, positions)),)

    def initial_state(self, z):
        """Returns the logits of all positions, and the first position."""
        return self(z)[0], tf.constant(0)

    def step(self, state, token):
        """Returns one position's logits, `(batch, ids)`, and the new state."""
        logits, position = state
        return logits[:, position], (logits, position + 1)

    def get_config(self):
        """Returns the arguments of the decoder."""
        return {
            **super().get_config(),
            "output_vocabulary_size": self.output_vocabulary_size,
            "z_size": self.z_size,
            "length": self.length,
            "filters": list(self.filters),
            "feature_size": self.feature_size,
            "momentum": self.momentum,
        }
