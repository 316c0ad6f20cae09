"""Halves of a batch: equal results, two independent parts."""

import numpy as np
import pytest
import tensorflow as tf
from shared import assert_all_close

from hcvae_tf.layers import halves
from hcvae_tf.layers.halves import in_halves
from hcvae_tf.models.lstm_language_model import LSTMLanguageModel


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(halves, "cores", lambda: 2)


def sums(values, extra):
    assert extra is None
    return {"sum": tf.reduce_sum(values, axis=1), "values": values}


@pytest.mark.parametrize("batch", [1, 2, 5])
@pytest.mark.parametrize("static", [True, False])
def test_results_are_those_of_the_whole_batch(two_cores, batch, static):
    values = tf.random.stateless_normal((batch, 3), (1, 2))
    spec = tf.TensorSpec((batch if static else None, 3))
    run = tf.function(
        lambda values: in_halves(sums, values, None, training=True),
        input_signature=[spec],
    )
    assert_all_close(run(values), sums(values, None))


@pytest.mark.parametrize(
    ("training", "cores", "batch", "expected"),
    [
        (True, 2, 5, [2, 3]),
        (False, 2, 5, [5]),
        (True, 1, 5, [5]),
        (True, 2, 1, [1]),
    ],
)
def test_only_training_on_several_cores_has_halves(
    training, cores, batch, expected, monkeypatch
):
    monkeypatch.setattr(halves, "cores", lambda: cores)
    found = []

    def count(values):
        found.append(len(values))
        return values

    in_halves(count, tf.zeros((batch, 3)), training=training)
    assert found == expected


def test_xla_gets_the_whole_batch(two_cores):
    found = []

    def count(values):
        found.append(len(values))
        return values

    tf.function(
        lambda: in_halves(count, tf.zeros((4, 3)), training=True),
        jit_compile=True,
    )()
    assert found == [4]


@pytest.fixture(scope="module")
def complete_and_halves():
    """Two graphs of a layer's logits and gradients, for any batch."""
    layer = LSTMLanguageModel(9, 8, 6, feature_size=3)
    layer.build((None, None))

    def run(tokens, features, state):
        with tf.GradientTape() as tape:
            tape.watch((features, state))
            logits = layer(tokens, features, state, training=True)
            loss = tf.reduce_sum(tf.sin(logits))
        weights = [weight.value for weight in layer.trainable_weights]
        gradients = tape.gradient(loss, [features, *state, *weights])
        return [logits, *map(tf.convert_to_tensor, gradients)]

    signature = [
        tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None, None, 3)),
        (tf.TensorSpec((None, 6)),) * 2,
    ]
    graphs = []
    for cores in (1, 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(halves, "cores", lambda cores=cores: cores)
            graph = tf.function(run, input_signature=signature)
            graphs.append(graph.get_concrete_function())
    return graphs


def test_each_half_has_a_loop_of_its_own(complete_and_halves):
    complete, in_two = (
        sum("While" in op.type for op in graph.graph.get_operations())
        for graph in complete_and_halves
    )
    assert in_two == 2 * complete > 0


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_a_language_model_has_equal_logits_and_gradients(
    batch, complete_and_halves
):
    rng = np.random.default_rng(0)
    tokens = tf.constant(rng.integers(0, 8, (batch, 7)), tf.int32)
    features = tf.constant(rng.normal(size=(batch, 7, 3)), tf.float32)
    state = tuple(tf.constant(rng.normal(size=(2, batch, 6)), tf.float32))
    assert_all_close(
        *(graph(tokens, features, state) for graph in complete_and_halves),
        rtol=1e-4,
        atol=1e-5,
    )
