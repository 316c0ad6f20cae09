"""The paper's models in stock Keras layers, written in the most direct way.

Benchmarks compare `hcvae_tf` with these peers; its tests use the layer-norm
LSTM here as reference.
"""

import keras
import tensorflow as tf
from keras import ops

from hcvae_tf.models.config import Config
from hcvae_tf.models.losses import gaussian_kl
from hcvae_tf.models.schedules import kl_weight
from pipelines.vocabulary import PAD, Vocabulary


class LayerNormLSTMCell(keras.Layer):
    """One step of a layer-norm LSTM, for `keras.layers.RNN`.

    It computes the same function as
    `hcvae_tf.layers.layer_norm_lstm.LayerNormLSTM`, on the concatenation of
    one-hot token and features.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.state_size = [units, units]
        self.kernel = keras.layers.Dense(4 * units, use_bias=False)
        self.recurrent_kernel = keras.layers.Dense(4 * units, use_bias=False)
        self.norm = keras.layers.LayerNormalization(epsilon=1e-4)

    def build(self, inputs_shape):
        """Creates the weights."""
        units = self.state_size[0]
        self.kernel.build(inputs_shape)
        self.recurrent_kernel.build((None, units))
        self.norm.build((None, 4 * units))

    def call(self, inputs, states):
        """Computes one step."""
        h, c = states
        gates = self.norm(self.kernel(inputs) + self.recurrent_kernel(h))
        i, f, o, g = ops.split(gates, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]


def layer_norm_lstm(units: int, **kwargs) -> keras.layers.RNN:
    """Returns the layer, which runs the cell over a text."""
    return keras.layers.RNN(
        LayerNormLSTMCell(units), return_sequences=True, **kwargs
    )


class StockTextVAE(keras.Model):
    """The tweet hybrid or the LSTM VAE, depending on the settings.

    The precision is that of `keras.config.set_dtype_policy`.
    """

    def __init__(self, config: Config, vocabulary: Vocabulary):
        super().__init__()
        self.config, self.vocabulary = config, vocabulary
        model, classes = config.model, vocabulary.size
        self.hybrid = model.decoder == "hybrid"
        self.posterior = keras.layers.Dense(2 * model.z_size, dtype="float32")
        self.head = keras.layers.Dense(classes, dtype="float32")
        self.language_model = layer_norm_lstm(model.decoder_units)
        self.encoder = layer_norm_lstm(model.encoder_units)
        if self.hybrid:
            self.encoder = keras.Sequential()
            for maps in model.maps:
                self.encoder.add(_convolution(keras.layers.Conv1D, maps))
                self.encoder.add(keras.layers.BatchNormalization())
                self.encoder.add(keras.layers.ReLU())
            self.encoder.add(keras.layers.Flatten())
            smallest = -(-config.data.length // 2 ** len(model.maps))
            self.deconvolution = keras.Sequential(
                [
                    keras.layers.Dense(smallest * model.maps[-1], "relu"),
                    keras.layers.Reshape((smallest, model.maps[-1])),
                ]
            )
            for maps in (*reversed(model.maps[:-1]), model.feature_size):
                self.deconvolution.add(
                    _convolution(keras.layers.Conv1DTranspose, maps)
                )
                self.deconvolution.add(keras.layers.BatchNormalization())
                self.deconvolution.add(keras.layers.ReLU())
            self.auxiliary_head = keras.layers.Dense(classes, dtype="float32")
        else:
            self.from_z = keras.layers.Dense(2 * model.decoder_units, "tanh")
        self.compile(
            keras.optimizers.Adam(config.training.learning_rate),
            jit_compile=False,
        )

    def call(self, tokens, training=False):
        """Returns the loss of each text, nats."""
        z_mean, z_log_var = ops.split(self._summary(tokens, training), 2, -1)
        noise = keras.random.normal(ops.shape(z_mean))
        z = z_mean + ops.exp(z_log_var / 2) * noise
        start = ops.full_like(tokens[:, :1], self.vocabulary.start)
        previous = ops.one_hot(
            ops.concatenate([start, tokens[:, :-1]], axis=1),
            self.vocabulary.input_size,
            dtype=self.compute_dtype,
        )
        state, auxiliary = None, 0.0
        if self.hybrid:
            features = self.deconvolution(z, training=training)
            features = features[:, : self.config.data.length]
            previous = ops.concatenate([previous, features], axis=-1)
            auxiliary = _cost(tokens, self.auxiliary_head(features))
        else:
            state = ops.split(self.from_z(z), 2, axis=-1)
        outputs = self.language_model(previous, initial_state=state)
        if self.config.model.feature_skip:
            outputs = ops.concatenate([outputs, features], axis=-1)
        objective = self.config.objective
        return (
            _cost(tokens, self.head(outputs))
            + objective.alpha * auxiliary
            + kl_weight(objective, self.optimizer.iterations)
            * ops.sum(gaussian_kl(z_mean, z_log_var), axis=-1)
        )

    def _summary(self, tokens, training):
        text = ops.one_hot(
            tokens, self.vocabulary.size, dtype=self.compute_dtype
        )
        outputs = self.encoder(text, training=training)
        return self.posterior(outputs if self.hybrid else outputs[:, -1])

    def train_step(self, tokens):
        """Runs one training step."""
        with tf.GradientTape() as tape:
            loss = ops.mean(self(tokens, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        if clip := self.config.training.clip_norm:
            gradients, _ = tf.clip_by_global_norm(gradients, clip)
        self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


def _convolution(kind, maps):
    return kind(maps, 3, strides=2, padding="same", use_bias=False)


def _cost(tokens, logits):
    nats = keras.losses.sparse_categorical_crossentropy(
        tokens, logits, from_logits=True
    )
    return ops.sum(nats * ops.cast(tokens != PAD, "float32"), axis=-1)
