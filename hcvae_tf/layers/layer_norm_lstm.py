"""A layer-normalised LSTM that reads tokens."""

import keras
import tensorflow as tf

from hcvae_tf.layers.compat import compiled_by_xla
from hcvae_tf.layers.lookup import lookup
from hcvae_tf.layers.lstm_scan import cell, scan
from hcvae_tf.layers.renamed_arguments import RenamedArguments
from hcvae_tf.layers.static_scan import static_scan
from hcvae_tf.layers.transposed_ids import transposed_ids


@keras.saving.register_keras_serializable("hcvae_tf")
class LayerNormLSTM(RenamedArguments, keras.Layer):
    """LSTM over token ids with one layer norm over its four gates.

    Let `x_t` be the one-hot token, concatenated with the features if there are
    any. One step computes

        a = gain * normalise(x_t W + h U) + bias        (4 * units values)
        i, f, o, g = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o), tanh(a_g)
        c = f * c + i * g
        h = o * tanh(c)

    with one normalisation over all 4 * units values. The cell is not
    normalised and the forget gate has no additional bias. A one-hot vector
    times a matrix is a row of the matrix, so a token needs only a lookup, and
    the input part of all steps is computed before the loop.

    With a mixed bfloat16 policy the products are bfloat16 and the rest is
    float32. `step` uses float32 only: casting all weights for one token would
    cost more than the product.

    Args:
        units: size of the state.
        input_vocabulary_size: number of token ids, 0 for features alone.
        feature_size: width of the features, 0 for none.
        epsilon: added to the variance in the layer norm.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`, or None if
            `input_vocabulary_size` is 0.
        features: float tensor of shape `(batch, length, feature_size)`, or
            None if `feature_size` is 0.
        initial_state: pair `(h, c)` of float tensors of shape
            `(batch, units)`; zeros by default.
        positions: int32 scalar, number of first positions whose outputs are
            needed; all by default. Where XLA compiles the caller, some or all
            others are left out, and their outputs are zeros.
        training: whether XLA compiles the elementwise part of the loop, which
            is faster. Without it, any server can run the graph.

    Returns:
        Outputs of shape `(batch, length, units)`, and the last state.

    Raises:
        ValueError: if tokens or features are given but their size is 0, or
            the other way round.

    Reference:
        [Ba et al., 2016](https://arxiv.org/abs/1607.06450)
    """

    def __init__(
        self,
        units,
        input_vocabulary_size,
        feature_size=0,
        epsilon=1e-4,
        **kwargs,
    ):
        # No autocast: each input is cast below, and the cell c stays float32.
        super().__init__(autocast=False, **kwargs)
        if self.variable_dtype != "float32":
            raise ValueError(
                "LayerNormLSTM keeps its weights in float32; use dtype "
                '"float32", "mixed_bfloat16" or "mixed_float16", not '
                f"{self.dtype_policy.name!r}"
            )
        self.units = units
        self.input_vocabulary_size = input_vocabulary_size
        self.feature_size = feature_size
        self.epsilon = epsilon

    def build(self, tokens_shape):
        """Creates the weights; their sizes do not depend on the input."""
        gates = 4 * self.units
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.input_vocabulary_size + self.feature_size, gates),
            initializer="glorot_uniform",
            autocast=False,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.units, gates),
            initializer="orthogonal",
        )
        self.gain = self.add_weight(
            name="gain", shape=(gates,), initializer="ones", autocast=False
        )
        self.bias = self.add_weight(
            name="bias", shape=(gates,), initializer="zeros", autocast=False
        )

    def call(
        self,
        tokens,
        features=None,
        initial_state=None,
        positions=None,
        training=False,
    ):
        """Runs over all tokens, or the first ones."""
        dtype = self.compute_dtype
        inputs = tokens if features is None else features
        length = inputs.shape[1]
        h, c = initial_state or self.zero_state(tf.shape(inputs)[0])
        # The loop reads the values of one position after those of another.
        if features is not None:
            features = _swap(features)
        if tokens is not None:
            tokens = transposed_ids(tokens)
        arguments = (
            self._project(tokens, features, dtype),
            tf.cast(h, dtype),
            tf.cast(c, tf.float32),
            tf.cast(self.recurrent_kernel, dtype),
            *self._norm(),
        )
        known = positions is not None and length is not None
        if known and compiled_by_xla():
            outputs, h, c = static_scan(positions, *arguments)
        else:
            outputs, h, c = scan(*arguments, compiled=training)
        outputs = _swap(outputs)
        outputs.set_shape((None, length, self.units))
        return outputs, (h, c)

    def step(self, token, state, features=None):
        """Runs over one token.

        Args:
            token: int32 tensor of shape `(batch,)` or None.
            state: pair `(h, c)` of float32 tensors of shape `(batch, units)`.
            features: float tensor of shape `(batch, feature_size)` or None.

        Returns:
            Output, float32 tensor of shape `(batch, units)`, and the new
            state.
        """
        projected = self._project(token, features, tf.float32)
        kernel = tf.cast(self.recurrent_kernel, tf.float32)
        h, c = cell(projected, *state, kernel, *self._norm())
        return h, (h, c)

    def zero_state(self, batch):
        """Returns the state before the first token: zeros, `(batch, units)`."""
        zeros = tf.zeros((batch, self.units))
        return zeros, zeros

    def _project(self, tokens, features, dtype):
        for name, given, argument in (
            ("tokens", tokens, "input_vocabulary_size"),
            ("features", features, "feature_size"),
        ):
            size = getattr(self, argument)
            if (given is None) != (size == 0):
                raise ValueError(
                    f"this layer has {argument}={size}, but {name} are "
                    f"{'missing' if given is None else 'given'}"
                )
        token_kernel, feature_kernel = tf.split(
            self.kernel, [self.input_vocabulary_size, self.feature_size]
        )
        projected = None
        if tokens is not None:
            projected = lookup(token_kernel, tokens, dtype)
        if features is not None:
            # The reshape makes one large product out of many small ones.
            flat = tf.reshape(tf.cast(features, dtype), (-1, self.feature_size))
            product = tf.matmul(flat, tf.cast(feature_kernel, dtype))
            shape = tf.concat(
                [tf.shape(features)[:-1], [4 * self.units]], axis=0
            )
            product = tf.reshape(product, shape)
            projected = product if projected is None else projected + product
        return projected

    def _norm(self):
        gain, bias = map(tf.convert_to_tensor, (self.gain, self.bias))
        return gain, bias, self.epsilon

    def get_config(self):
        """Returns the arguments of the layer."""
        return {
            **super().get_config(),
            "units": self.units,
            "input_vocabulary_size": self.input_vocabulary_size,
            "feature_size": self.feature_size,
            "epsilon": self.epsilon,
        }


def _swap(values):
    """Swaps positions and texts, the first two axes."""
    return tf.transpose(values, (1, 0, 2))
