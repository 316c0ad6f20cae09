"""The fast scan, compared with Keras's loop over a cell of stock layers."""

import hypothesis
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import strategies as st
from shared import assert_all_close, randomize

from benchmarks.stock import layer_norm_lstm
from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM

UNITS, TOKENS, FEATURES, BATCH, LENGTH = 5, 7, 3, 4, 6
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}


def make_layer(units=UNITS, **settings):
    layer = LayerNormLSTM(units, TOKENS, FEATURES, **settings)
    layer.build((None, None))
    randomize(layer.weights)
    return layer


def make_inputs(units=UNITS, batch=BATCH, length=LENGTH):
    rng = np.random.default_rng(1)
    tokens = tf.constant(rng.integers(0, TOKENS, (batch, length)), tf.int32)
    features, h, c = (
        tf.constant(rng.normal(size=shape), "float32")
        for shape in ((batch, length, FEATURES), (batch, units), (batch, units))
    )
    return tokens, features, (h, c)


def run_reference(layer, inputs):
    """Runs Keras's loop with copies of the layer's weights."""
    rnn = layer_norm_lstm(layer.units, return_state=True)
    rnn.build((None, None, TOKENS + FEATURES))
    for weight, value in zip(rnn.weights, layer.weights, strict=True):
        weight.assign(value)

    def function(tokens, features, state):
        joined = tf.concat([tf.one_hot(tokens, TOKENS), features], axis=-1)
        outputs, h, c = rnn(joined, initial_state=[*state])
        return outputs, (h, c)

    return values_and_gradients(function, rnn.weights, *inputs)


def values_and_gradients(function, weights, tokens, features, state):
    sources = [*(weight.value for weight in weights), features, *state]
    with tf.GradientTape() as tape:
        tape.watch([features, *state])
        outputs, last = function(tokens, features, state)
        outputs, h, c = (tf.cast(x, tf.float32) for x in (outputs, *last))
        # The loss depends on the outputs and on both last states.
        indices = tf.range(tf.size(outputs), dtype=tf.float32)
        total = tf.reduce_sum(tf.reshape(outputs, [-1]) * tf.sin(indices))
        total += tf.reduce_sum(h * h) + tf.reduce_sum(tf.exp(c))
    gradients = tape.gradient(total, sources)
    return [tf.convert_to_tensor(x) for x in (outputs, h, c, *gradients)]


def run_fast(layer, inputs, training):
    def function(tokens, features, state):
        return layer(tokens, features, state, training=training)

    return values_and_gradients(function, layer.weights, *inputs)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("mode", ["eager", "graph", "XLA"])
def test_values_and_all_gradients_equal_the_reference(training, mode):
    layer, inputs = make_layer(), make_inputs()
    expected = run_reference(layer, inputs)

    def run(*inputs):
        return run_fast(layer, inputs, training)

    if mode != "eager":
        run = tf.function(run, jit_compile=mode == "XLA")
    assert_all_close(run(*inputs), expected, **TOLERANCE)


@hypothesis.given(
    units=st.integers(1, 9), batch=st.integers(1, 5), length=st.integers(1, 7)
)
@hypothesis.settings(max_examples=20)
def test_any_size_equals_the_reference(units, batch, length):
    layer = make_layer(units=units)
    inputs = make_inputs(units, batch, length)
    expected = run_reference(layer, inputs)
    # One unit is less exact: only its four gates are normalised together.
    found = run_fast(layer, inputs, False)
    assert_all_close(found, expected, rtol=1e-3, atol=1e-3)


def test_a_graph_takes_any_batch_and_length():
    layer = make_layer()
    specs = [
        tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None, None, FEATURES)),
        (tf.TensorSpec((None, UNITS)),) * 2,
    ]
    run = tf.function(
        lambda *inputs: run_fast(layer, inputs, True), input_signature=specs
    )
    for batch, length in ((1, 1), (4, 6), (3, 2)):
        inputs = make_inputs(UNITS, batch, length)
        expected = run_fast(layer, inputs, False)
        assert_all_close(run(*inputs), expected, **TOLERANCE)


@pytest.mark.parametrize("training", [False, True])
def test_bfloat16_is_close_and_keeps_cell_and_weights_in_float32(training):
    layer, inputs = make_layer(), make_inputs()
    expected = run_reference(layer, inputs)
    mixed = make_layer(dtype="mixed_bfloat16")
    results = run_fast(mixed, inputs, training)
    for result, value in zip(results, expected, strict=True):
        # A missing or doubled term would exceed the 8 bits of bfloat16.
        error = np.linalg.norm(result - value) / np.linalg.norm(value)
        assert error < 0.04
    outputs, (_, c) = mixed(*inputs, training=training)
    assert outputs.dtype == tf.bfloat16
    assert c.dtype == tf.float32
    assert {weight.dtype for weight in mixed.weights} == {"float32"}


def test_only_training_requests_xla():
    layer, inputs = make_layer(), make_inputs()
    for training in (False, True):
        graph = tf.function(
            lambda *inputs, training=training: layer(*inputs, training=training)
        ).get_concrete_function(*inputs)
        requested = "_XlaMustCompile" in str(graph.graph.as_graph_def())
        assert requested == training


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_steps_equal_the_scan(policy):
    layer = make_layer(dtype=policy)
    tokens, features, state = make_inputs()
    outputs, last = layer(tokens, features, state)
    tolerance = 1e-5 if policy == "float32" else 0.05
    for position in range(LENGTH):
        token, feature = tokens[:, position], features[:, position]
        output, state = layer.step(token, state, feature)
        assert output.dtype == tf.float32
        np.testing.assert_allclose(output, outputs[:, position], atol=tolerance)
    assert_all_close(state, last, atol=tolerance)


def test_missing_features_are_refused():
    with pytest.raises(ValueError, match="features are missing"):
        make_layer()(make_inputs()[0])
