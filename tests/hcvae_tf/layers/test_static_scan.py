"""The scan for XLA, compared with the plain one over as many positions."""

import pytest
import tensorflow as tf
from shared import assert_all_close, randomize

from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM
from hcvae_tf.layers.static_scan import static_lengths

UNITS, TOKENS, FEATURES, LENGTH = 5, 7, 3, 9


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (128, [32, 64, 96, 128]),
        (9, [3, 5, 7, 9]),
        (3, [1, 2, 3]),
        (1, [1]),
    ],
)
def test_static_lengths_are_quarters(length, expected):
    assert static_lengths(length) == expected


@pytest.mark.slow
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "mixed_bfloat16"])
def test_a_compiled_layer_stops_at_a_static_length(dtype, training):
    layer = LayerNormLSTM(UNITS, TOKENS, FEATURES, dtype=dtype)
    layer.build((None, None))
    randomize(layer.weights)
    generator = tf.random.Generator.from_seed(0)
    features, h, c = map(
        generator.normal, [(4, LENGTH, FEATURES), (4, UNITS), (4, UNITS)]
    )
    tokens = generator.uniform((4, LENGTH), 0, TOKENS, tf.int32)
    traces = []

    def results(tokens, features, h, c, positions=None):
        traces.append(positions)
        with tf.GradientTape() as tape:
            tape.watch([features, h, c])
            outputs, state = layer(
                tokens, features, (h, c), positions, training=training
            )
            outputs = tf.cast(outputs, tf.float32)
            loss = sum(
                tf.reduce_sum(tf.sin(tf.cast(each, tf.float32)))
                for each in (outputs, *state)
            )
        gradients = tape.gradient(loss, [*layer.weights, features, h, c])
        gradients = [tf.convert_to_tensor(each) for each in gradients]
        return outputs, state, gradients

    compiled = tf.function(
        results,
        jit_compile=True,
        input_signature=[
            tf.TensorSpec((None, LENGTH), tf.int32),
            tf.TensorSpec((None, LENGTH, FEATURES)),
            *[tf.TensorSpec((None, UNITS))] * 2,
            tf.TensorSpec((), tf.int32),
        ],
    )
    for positions in (1, 3, 4, 5, 7, 8, 9):
        used = next(n for n in static_lengths(LENGTH) if n >= positions)
        found = compiled(tokens, features, h, c, tf.constant(positions))
        expected = results(tokens[:, :used], features[:, :used], h, c)
        outputs, state, (*weights, d_features, d_h, d_c) = found
        assert not outputs[:, used:].numpy().any()
        assert not d_features[:, used:].numpy().any()
        gradients = [*weights, d_features[:, :used], d_h, d_c]
        tolerance = 1e-4 if dtype == "float32" else 0.1
        assert_all_close(
            tf.nest.flatten([outputs[:, :used], state, gradients]),
            tf.nest.flatten(expected),
            rtol=tolerance,
            atol=tolerance,
        )
    assert sum(each is not None for each in traces) == 1
