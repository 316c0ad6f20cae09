"""XLA can compile the complete training step, as it does on a GPU."""

import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS


@pytest.mark.parametrize(
    ("parts", "precision"),
    [*((name, "float32") for name in PARTS), ("hybrid-lstm", "bfloat16")],
)
def test_a_compiled_training_step_equals_a_plain_one(
    parts, precision, make_model, random_tokens
):
    # Any batch size, as in the graph that Keras traces.
    spec = tf.TensorSpec((None, 9), tf.int32)
    results = []
    for compiled in (False, True):
        model = make_model(
            parts,
            word_dropout=0.3,
            training={"precision": precision},
        )
        step = tf.function(
            model.train_step, input_signature=[spec], jit_compile=compiled
        )
        losses = [
            step(random_tokens(4, 9, seed))["loss"].numpy() for seed in range(3)
        ]
        results.append([*losses, *(w.numpy() for w in model.weights)])
    tolerance = 1e-4 if precision == "float32" else 0.02
    for plain, compiled in zip(*results, strict=True):
        np.testing.assert_allclose(compiled, plain, tolerance, tolerance)
