"""Models of the next character, with or without features for each place.

Both offer `call` for all places at once and `initial_state` / `step` for one
place at a time; the two ways give the same logits.
"""

import keras
import tensorflow as tf

from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM
from hcvae_tf.layers.masked_convolution import MaskedConvolutionBlock


class _LanguageModel(keras.Layer):
    def __init__(self, num_tokens, classes, feature_size=0, **kwargs):
        # A state that comes as float32 stays so.
        super().__init__(autocast=False, **kwargs)
        self.num_tokens = num_tokens
        self.classes = classes
        self.feature_size = feature_size
        self.head = keras.layers.Dense(classes, dtype="float32", name="head")

    def get_config(self):
        """The arguments of the language model."""
        return {
            **super().get_config(),
            "num_tokens": self.num_tokens,
            "classes": self.classes,
            "feature_size": self.feature_size,
        }


@keras.saving.register_keras_serializable("hcvae_tf")
class LSTMLanguageModel(_LanguageModel):
    """A layer-norm LSTM and a linear layer to the classes.

    Args:
        num_tokens: number of input ids, start and dropped included.
        classes: number of ids that can be predicted.
        units: size of the LSTM.
        feature_size: width of the features, 0 for none.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`, the character before
            each place.
        features: float tensor of shape `(batch, length, feature_size)`.
        initial_state: pair of float tensors of shape `(batch, units)`.

    Returns:
        Logits, float32 tensor of shape `(batch, length, classes)`.
    """

    def __init__(self, num_tokens, classes, units, feature_size=0, **kwargs):
        super().__init__(num_tokens, classes, feature_size, **kwargs)
        self.units = units
        self.lstm = LayerNormLSTM(
            units, num_tokens, feature_size, dtype=self.dtype_policy
        )

    def build(self, tokens_shape):
        """Builds the LSTM and the linear layer."""
        self.lstm.build((None, None))
        self.head.build((None, None, self.units))

    def call(self, tokens, features=None, initial_state=None, training=False):
        """Predicts every character from those before it."""
        outputs, _ = self.lstm(
            tokens, features, initial_state, training=training
        )
        return self.head(outputs)

    def initial_state(self, batch):
        """The state before the first character."""
        return self.lstm.zero_state(batch)

    def step(self, state, token, features=None):
        """Predicts one character: logits `(batch, classes)`, new state."""
        output, state = self.lstm.step(token, state, features)
        return self.head(output), state

    def get_config(self):
        """The arguments of the language model."""
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable("hcvae_tf")
class ByteNetLanguageModel(_LanguageModel):
    """A stack of masked convolutions that sees `layers + 1` characters.

    Features and character enter through a linear layer with batch norm and a
    gate, then `MaskedConvolutionBlock`s, then a linear layer to the classes.

    Args:
        num_tokens: number of input ids, start and dropped included.
        classes: number of ids that can be predicted.
        layers: number of masked convolutions.
        width: feature maps between them.
        feature_size: width of the features, 0 for none.
        momentum: of the moving statistics of the batch norms.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`, the character before
            each place.
        features: float tensor of shape `(batch, length, feature_size)`.
        training: whether batch norm uses the batch's statistics.

    Returns:
        Logits, float32 tensor of shape `(batch, length, classes)`.

    Reference:
        [Kalchbrenner et al., 2016](https://arxiv.org/abs/1610.10099)
    """

    def __init__(
        self,
        num_tokens,
        classes,
        layers,
        width=256,
        feature_size=0,
        momentum=0.9,
        **kwargs,
    ):
        super().__init__(num_tokens, classes, feature_size, **kwargs)
        self.layers = layers
        self.width = width
        self.momentum = momentum
        self.from_token = keras.layers.Embedding(
            num_tokens,
            2 * width,
            embeddings_initializer="glorot_uniform",
            dtype=self.dtype_policy,
        )
        if feature_size:
            self.from_features = keras.layers.Dense(
                2 * width, use_bias=False, dtype=self.dtype_policy
            )
        self.norm = keras.layers.BatchNormalization(
            momentum=momentum, synchronized=True, dtype=self.dtype_policy
        )
        self.blocks = [
            MaskedConvolutionBlock(width, momentum, dtype=self.dtype_policy)
            for _ in range(layers)
        ]

    def build(self, tokens_shape):
        """Builds the stack."""
        self.from_token.build((None, None))
        if self.feature_size:
            self.from_features.build((None, None, self.feature_size))
        self.norm.build((None, None, 2 * self.width))
        for block in self.blocks:
            block.build((None, None, self.width))
        self.head.build((None, None, self.width))

    def call(self, tokens, features=None, training=False):
        """Predicts every character from those before it."""
        maps = self._enter(tokens, features, training)
        for block in self.blocks:
            maps = block(maps, training=training)
        return self.head(maps)

    def initial_state(self, batch):
        """For each block, its input at the place before: zeros."""
        zeros = tf.zeros((batch, self.width), self.compute_dtype)
        return (zeros,) * len(self.blocks)

    def step(self, state, token, features=None):
        """Predicts one character: logits `(batch, classes)`, new state."""
        if features is not None:
            features = features[:, None]
        maps = self._enter(token[:, None], features, training=False)[:, 0]
        inputs = []
        for block, previous in zip(self.blocks, state, strict=True):
            inputs.append(maps)
            maps = block.step(maps, previous)
        return self.head(maps), tuple(inputs)

    def _enter(self, tokens, features, training):
        maps = self.from_token(tokens)
        if features is not None:
            maps += self.from_features(features)
        gate, candidate = tf.split(self.norm(maps, training=training), 2, -1)
        return tf.sigmoid(gate) * tf.tanh(candidate)

    def get_config(self):
        """The arguments of the language model."""
        return {
            **super().get_config(),
            "layers": self.layers,
            "width": self.width,
            "momentum": self.momentum,
        }
