"""From the latent vector to characters.

A decoder runs in two ways that give the same logits: `call(z, tokens)` for
all places at once, where `tokens` holds the character before each place, and
`initial_state(z)` / `step(state, token)` for one place at a time.
"""

import keras
import tensorflow as tf

from hcvae_tf.models.language_models import LSTMLanguageModel


@keras.saving.register_keras_serializable("hcvae_tf")
class DeconvDecoder(keras.Layer):
    """Expands z in parallel by transposed convolutions; sees no history.

    A linear layer gives the smallest maps, each transposed convolution
    (kernel 3, stride 2, batch norm, ReLU) doubles their length, and what is
    longer than the text is cut off.

    Args:
        classes: number of ids that can be predicted.
        z_size: width of the latent vector.
        length: characters per text.
        maps: feature maps of the encoder that this stack mirrors.
        feature_size: maps of the last transposed convolution.
        momentum: of the moving statistics of the batch norms.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: not used.
        training: whether batch norm uses the batch's statistics.

    Returns:
        Logits, float32 tensor of shape `(batch, length, classes)`, and None:
        there is no auxiliary output.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.2 and figure 2(a).
    """

    def __init__(
        self,
        classes,
        z_size,
        length,
        maps,
        feature_size=200,
        momentum=0.9,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.classes = classes
        self.z_size = z_size
        self.length = length
        self.maps = tuple(maps)
        self.feature_size = feature_size
        self.momentum = momentum
        widths = (*reversed(self.maps[:-1]), feature_size)
        self.smallest = -(-length // 2 ** len(widths))
        self.expand = keras.layers.Dense(
            self.smallest * self.maps[-1],
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
                dtype=self.dtype_policy,
            )
            for width in widths
        ]
        self.norms = [
            keras.layers.BatchNormalization(
                momentum=momentum, synchronized=True, dtype=self.dtype_policy
            )
            for _ in widths
        ]
        self.head = keras.layers.Dense(classes, dtype="float32", name="head")

    def build(self, z_shape):
        """Builds the stack."""
        self.expand.build((None, self.z_size))
        length, width = self.smallest, self.maps[-1]
        for deconvolution, norm in zip(
            self.deconvolutions, self.norms, strict=True
        ):
            deconvolution.build((None, length, width))
            length, width = 2 * length, deconvolution.filters
            norm.build((None, length, width))
        self.head.build((None, None, self.feature_size))

    def features(self, z, training=False):
        """The last activations, shape `(batch, length, feature_size)`."""
        z = tf.cast(z, self.compute_dtype)
        maps = tf.reshape(self.expand(z), (-1, self.smallest, self.maps[-1]))
        for deconvolution, norm in zip(
            self.deconvolutions, self.norms, strict=True
        ):
            maps = tf.nn.relu(norm(deconvolution(maps), training=training))
        return maps[:, : self.length]

    def call(self, z, tokens=None, training=False):
        """Predicts all characters."""
        return self.head(self.features(z, training=training)), None

    def initial_state(self, z):
        """All logits at once, and the place."""
        return self(z)[0], tf.constant(0)

    def step(self, state, token):
        """Gives the logits `(batch, classes)` of the next place."""
        logits, place = state
        return logits[:, place], (logits, place + 1)

    def get_config(self):
        """The arguments of the decoder."""
        return {
            **super().get_config(),
            "classes": self.classes,
            "z_size": self.z_size,
            "length": self.length,
            "maps": list(self.maps),
            "feature_size": self.feature_size,
            "momentum": self.momentum,
        }


@keras.saving.register_keras_serializable("hcvae_tf")
class LSTMDecoder(keras.Layer):
    """A layer-norm LSTM whose first state comes from z, and nothing else does.

    With `z_size` 0 it is a plain character language model.

    Args:
        num_tokens: number of input ids, start and dropped included.
        classes: number of ids that can be predicted.
        z_size: width of the latent vector, or 0.
        units: size of the LSTM.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: int32 tensor of shape `(batch, length)`, the character before
            each place.

    Returns:
        Logits, float32 tensor of shape `(batch, length, classes)`, and None:
        there is no auxiliary output.

    Reference:
        [Bowman et al., 2016](https://arxiv.org/abs/1511.06349)
    """

    def __init__(self, num_tokens, classes, z_size, units, **kwargs):
        # z and the state made from it stay float32.
        super().__init__(autocast=False, **kwargs)
        self.num_tokens = num_tokens
        self.classes = classes
        self.z_size = z_size
        self.units = units
        self.language_model = LSTMLanguageModel(
            num_tokens, classes, units, dtype=self.dtype_policy
        )
        if z_size:
            self.from_z = keras.layers.Dense(
                2 * units, activation="tanh", dtype="float32", name="from_z"
            )

    def build(self, z_shape):
        """Builds the LSTM and the layer from z."""
        self.language_model.build((None, None))
        if self.z_size:
            self.from_z.build((None, self.z_size))

    def call(self, z, tokens, training=False):
        """Predicts every character from z and those before it."""
        state = self.initial_state(z)
        logits = self.language_model(
            tokens, initial_state=state, training=training
        )
        return logits, None

    def initial_state(self, z):
        """State `(h, c)` of the LSTM before the first character."""
        if not self.z_size:
            return self.language_model.initial_state(tf.shape(z)[0])
        return tuple(tf.split(self.from_z(z), 2, axis=-1))

    def step(self, state, token):
        """Gives the logits `(batch, classes)` of one place, new state."""
        return self.language_model.step(state, token)

    def get_config(self):
        """The arguments of the decoder."""
        return {
            **super().get_config(),
            "num_tokens": self.num_tokens,
            "classes": self.classes,
            "z_size": self.z_size,
            "units": self.units,
        }


@keras.saving.register_keras_serializable("hcvae_tf")
class HybridDecoder(keras.Layer):
    """A deconvolutional decoder with a language model on top of its features.

    The deconvolution's own prediction is the auxiliary output: it has not
    seen the history, so it has to be made from z.

    Args:
        deconvolution: a `DeconvDecoder`.
        language_model: an `LSTMLanguageModel` or `ByteNetLanguageModel` whose
            `feature_size` is that of the deconvolution.

    Call arguments:
        z: float tensor of shape `(batch, z_size)`.
        tokens: int32 tensor of shape `(batch, length)`, the character before
            each place.
        training: whether batch norm uses the batch's statistics.

    Returns:
        Logits and auxiliary logits, float32 tensors of shape
        `(batch, length, classes)`.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.3 and figures 2(b), 2(c).
    """

    def __init__(self, deconvolution, language_model, **kwargs):
        super().__init__(**kwargs)
        self.deconvolution = deconvolution
        self.language_model = language_model

    @property
    def z_size(self):
        """Width of the latent vector."""
        return self.deconvolution.z_size

    @property
    def classes(self):
        """Number of ids that can be predicted."""
        return self.deconvolution.classes

    def build(self, z_shape):
        """Builds both parts, unless they come built from a saved model."""
        for part in (self.deconvolution, self.language_model):
            if not part.built:
                part.build((None, None))

    def call(self, z, tokens, training=False):
        """Predicts every character twice: with and without its history."""
        features = self.deconvolution.features(z, training=training)
        logits = self.language_model(
            tokens, features=features, training=training
        )
        return logits, self.deconvolution.head(features)

    def initial_state(self, z):
        """All features, the place, and the language model's state."""
        batch = tf.shape(z)[0]
        return (
            self.deconvolution.features(z),
            tf.constant(0),
            self.language_model.initial_state(batch),
        )

    def step(self, state, token):
        """Gives the logits `(batch, classes)` of one place, new state."""
        features, place, inner = state
        logits, inner = self.language_model.step(
            inner, token, features[:, place]
        )
        return logits, (features, place + 1, inner)

    def get_config(self):
        """The arguments of the decoder."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "deconvolution": serialize(self.deconvolution),
            "language_model": serialize(self.language_model),
        }

    @classmethod
    def from_config(cls, config):
        """Rebuilds the decoder with its two parts."""
        for part in ("deconvolution", "language_model"):
            config[part] = keras.saving.deserialize_keras_object(config[part])
        return cls(**config)
