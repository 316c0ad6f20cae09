"""The convolutional encoder."""

import keras
import tensorflow as tf

from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.models.encoder import Encoder
from hcvae_tf.models.token_ids import token_ids
from pipelines.vocabulary import text_mask


@keras.saving.register_keras_serializable("hcvae_tf")
class ConvEncoder(Encoder):
    """Strided convolutions, batch norm and ReLU, then one linear layer.

    Each convolution has kernel 3 and stride 2, so it halves the length
    (rounded up). With vectors of tokens, the linear layer also sees their sum:
    what a text is about does not depend on where it says so.

    Args:
        input_vocabulary_size: number of ids that can be read.
        z_size: width of the latent vector.
        length: tokens per text.
        filters: number of filters of each convolution, in order.
        momentum: momentum of the moving statistics of the batch norms.
        embedding_size: see `Encoder`.
        bn_gamma: see `Encoder`.

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
        self,
        input_vocabulary_size,
        z_size,
        length,
        filters,
        momentum=0.9,
        **kwargs,
    ):
        super().__init__(input_vocabulary_size, z_size, **kwargs)
        self.length = length
        self.filters = tuple(filters)
        self.momentum = momentum
        self.convolutions = [
            keras.layers.Conv1D(
                size,
                3,
                strides=2,
                padding="same",
                use_bias=False,
                data_format="channels_last",
                dtype=self.dtype_policy,
            )
            for size in self.filters
        ]
        self.norms = [
            BatchNormalization(
                momentum=momentum, synchronized=True, dtype=self.dtype_policy
            )
            for _ in self.filters
        ]

    def build(self, tokens_shape):
        """Builds the stack for texts of `length` tokens."""
        length = self.length
        width = self.embedding_size or self.input_vocabulary_size
        for convolution, norm in zip(
            self.convolutions, self.norms, strict=True
        ):
            convolution.build((None, length, width))
            length, width = -(-length // 2), convolution.filters
            norm.build((None, length, width))
        self.build_posterior(length * width + self.embedding_size)

    def call(self, tokens, training=False):
        """Encodes a batch of texts."""
        tokens = token_ids(tokens, self.length)
        if self.embedding_size:
            maps = vectors = self.embedding(tokens)
        else:
            maps = tf.one_hot(
                tokens, self.input_vocabulary_size, dtype=self.compute_dtype
            )
        for convolution, norm in zip(
            self.convolutions, self.norms, strict=True
        ):
            maps = tf.nn.relu(norm(convolution(maps), training=training))
        width = maps.shape[1] * maps.shape[2]
        summary = tf.reshape(maps, (-1, width))
        if self.embedding_size:
            summary = tf.concat([summary, _bag(vectors, tokens)], axis=-1)
        return self.mean_and_log_var(summary, training)

    def get_config(self):
        """Returns the arguments of the encoder."""
        return {
            **super().get_config(),
            "length": self.length,
            "filters": list(self.filters),
            "momentum": self.momentum,
        }


def _bag(vectors, tokens):
    """Returns the sum of the vectors of a text, scaled to their own length."""
    mask = tf.cast(text_mask(tokens), vectors.dtype)[..., tf.newaxis]
    count = 1.0 + tf.reduce_sum(mask, axis=1)
    return tf.reduce_sum(vectors * mask, axis=1) * tf.math.rsqrt(count)
