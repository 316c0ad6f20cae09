"""XLA can compile the complete training step, as it does on a GPU."""

import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS, small_config

from hcvae_tf.models.presets import PRESETS
from pipelines.vocabulary import PAD

pytestmark = pytest.mark.long

# The schedules and remedies for collapse, each with one of the parts.
KINDS = {
    "hybrid-lstm": {
        "embedding_size": 6,
        "feature_skip": True,
        "shared_embedding": True,
        "objective": {"kl": "cyclical", "kl_end": 8},
    },
    "hybrid-bytenet": {
        "objective": {"free_bits": 0.1, "kl_start": 0, "kl_end": 4},
    },
    "conv": {
        "objective": {"alpha": 0.0, "kl": "none"},
        "training": {"clip_norm": None},
    },
    "lstm-vae": {
        "word_dropout": 1.0,
        "objective": {"alpha": 0.0, "kl": "constant", "min_rate": 2.0},
        "training": {"clip_norm": 0.5},
    },
    "language-model": {"objective": {"alpha": 0.0, "kl": "none"}},
}


def test_every_kind_of_preset_is_compiled():
    def choices(config):
        model, objective = config.model, config.objective
        yield "parts", model.encoder, model.decoder, model.language_model
        yield "kl", objective.kl
        yield "clips", config.training.clip_norm is not None
        yield "history", model.word_dropout < 1
        yield "skip", model.feature_skip
        yield "shares", model.shared_embedding

    configs = [small_config(**{**PARTS[k], **v}) for k, v in KINDS.items()]
    compiled = {choice for config in configs for choice in choices(config)}
    assert KINDS.keys() == PARTS.keys()
    for name, config in PRESETS.items():
        assert compiled >= set(choices(config)), name


def check_compiled_step(parts, precision, make_model, random_tokens):
    settings = {"word_dropout": 0.3, **KINDS[parts]}
    training = {**settings.pop("training", {}), "precision": precision}
    # Any batch size, as in the graph that Keras traces.
    spec = tf.TensorSpec((None, 9), tf.int32)
    results = []
    for compiled in (False, True):
        model = make_model(parts, **settings, training=training)
        step = model.train_step
        if compiled:
            step = tf.function(step, input_signature=[spec], jit_compile=True)
        losses = []
        for longest in (6, 9, 3):
            tokens = random_tokens(4, 9, longest)
            tokens[:, longest:] = PAD
            losses.append(step(tf.constant(tokens))["loss"].numpy())
        results.append([*losses, *(w.numpy() for w in model.weights)])
    tolerance = 1e-4 if precision == "float32" else 0.02
    for plain, compiled in zip(*results, strict=True):
        np.testing.assert_allclose(compiled, plain, tolerance, tolerance)


@pytest.mark.slow
@pytest.mark.parametrize("parts", PARTS)
def test_a_compiled_training_step_equals_a_plain_one(
    parts, make_model, random_tokens
):
    check_compiled_step(parts, "float32", make_model, random_tokens)


@pytest.mark.slow
def test_a_compiled_step_in_bfloat16_is_close(make_model, random_tokens):
    check_compiled_step("hybrid-lstm", "bfloat16", make_model, random_tokens)


@pytest.mark.slow
def test_a_compiled_evaluation_equals_a_plain_one(make_model, random_tokens):
    tokens = random_tokens(4, 9, 0)
    tokens[:, 6:] = PAD
    plain, compiled = (make_model().test_step for _ in range(2))
    compiled = tf.function(compiled, jit_compile=True)
    expected, found = plain(tokens), compiled(tf.constant(tokens))
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, 1e-5, err_msg=name)
