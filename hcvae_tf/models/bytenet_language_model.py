"""The ByteNet language model, a stack of masked convolutions."""

import keras
import tensorflow as tf

from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.layers.masked_convolution import MaskedConvolutionBlock
from hcvae_tf.models.language_model import LanguageModel
from hcvae_tf.models.used_positions import first_positions, position_mask


@keras.saving.register_keras_serializable("hcvae_tf")
class ByteNetLanguageModel(LanguageModel):
    """A stack of masked convolutions that sees `layers + 1` tokens.

    A linear layer with batch norm and a gate combines features and tokens.
    `MaskedConvolutionBlock`s and a linear layer to the logits follow.

    Args:
        input_vocabulary_size: number of ids that can be read, including those
            for the start and for a dropped token.
        output_vocabulary_size: number of ids that can be predicted.
        layers: number of masked convolutions.
        filters: number of filters of each masked convolution.
        feature_size: width of the features, 0 for none.
        embedding_size: see `LanguageModel`.
        feature_skip: see `LanguageModel`.
        momentum: momentum of the moving statistics of the batch norms.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`, the token before each
            position.
        features: float tensor of shape `(batch, length, feature_size)`.
        positions: int32 scalar, number of first positions to predict; all by
            default. What XLA compiles predicts the others, too.
        training: whether batch norm uses the batch's statistics, which are
            those of the first positions.

    Returns:
        Logits, float32 tensor of shape
        `(batch, length, output_vocabulary_size)`.

    Reference:
        [Kalchbrenner et al., 2016](https://arxiv.org/abs/1610.10099)
    """

    def __init__(
        self,
        input_vocabulary_size,
        output_vocabulary_size,
        layers,
        filters=256,
        feature_size=0,
        embedding_size=0,
        momentum=0.9,
        feature_skip=False,
        **kwargs,
    ):
        super().__init__(
            input_vocabulary_size,
            output_vocabulary_size,
            feature_size,
            embedding_size,
            feature_skip,
            **kwargs,
        )
        self.layers = layers
        self.filters = filters
        self.momentum = momentum
        if not embedding_size:
            self.from_token = keras.layers.Embedding(
                input_vocabulary_size,
                2 * filters,
                embeddings_initializer="glorot_uniform",
                dtype=self.dtype_policy,
            )
        if embedding_size + feature_size:
            self.from_features = keras.layers.Dense(
                2 * filters, use_bias=False, dtype=self.dtype_policy
            )
        self.norm = BatchNormalization(
            momentum=momentum, synchronized=True, dtype=self.dtype_policy
        )
        self.blocks = [
            MaskedConvolutionBlock(filters, momentum, dtype=self.dtype_policy)
            for _ in range(layers)
        ]

    def build(self, tokens_shape):
        """Builds the stack."""
        if not self.embedding_size:
            self.from_token.build((None, None))
        if width := self.embedding_size + self.feature_size:
            self.from_features.build((None, None, width))
        self.norm.build((None, None, 2 * self.filters))
        for block in self.blocks:
            block.build((None, None, self.filters))
        self.build_head(self.filters)

    def call(self, tokens, features=None, positions=None, training=False):
        """Predicts each token from the tokens before it."""
        tokens = first_positions(tokens, positions)
        if features is not None:
            features = first_positions(features, positions)
        counted = position_mask(tokens, positions)
        maps = self._input_maps(tokens, features, training, counted)
        for block in self.blocks:
            maps = block(maps, training=training, counted=counted)
        return self.logits(maps, features)

    def initial_state(self, batch):
        """Returns zeros, the previous input of each block at the start."""
        zeros = tf.zeros((batch, self.filters), self.compute_dtype)
        return (zeros,) * len(self.blocks)

    def step(self, state, token, features=None):
        """Returns the logits of one token, `(batch, ids)`, and new state."""
        here = None if features is None else features[:, None]
        maps = self._input_maps(token[:, None], here, training=False)[:, 0]
        inputs = []
        for block, previous in zip(self.blocks, state, strict=True):
            inputs.append(maps)
            maps = block.step(maps, previous)
        return self.logits(maps, features), tuple(inputs)

    def _input_maps(self, tokens, features, training, counted=None):
        tokens, features = self.with_embedding(tokens, features)
        maps = [] if tokens is None else [self.from_token(tokens)]
        if features is not None:
            maps.append(self.from_features(features))
        maps = tf.add_n(maps)
        maps = self.norm(maps, training=training, mask=counted)
        gate, candidate = tf.split(maps, 2, -1)
        return tf.sigmoid(gate) * tf.tanh(candidate)

    def get_config(self):
        """Returns the arguments of the language model."""
        return {
            **super().get_config(),
            "layers": self.layers,
            "filters": self.filters,
            "momentum": self.momentum,
        }
