"""Mixed precision: costs, dtypes, saved models and the choice by `auto`."""

import json

import pytest
import tensorflow as tf
from shared import (
    PARTS,
    assert_all_close,
    assert_all_equal,
    save_and_load,
    succeeds,
)

from hcvae_tf.layers.compat import all_layers
from hcvae_tf.training import environment, precision

_FLOAT32_LAYERS = ("head", "posterior", "from_z")


@pytest.fixture(params=PARTS)
def parts(request):
    return request.param


def costs(model, tokens):
    return model.costs(tokens, tf.constant([1, 2]), training=True)


def test_costs_are_close_to_those_in_float32(parts, make_model, random_tokens):
    tokens = random_tokens(4, 9)
    plain = make_model(parts)
    mixed = make_model(parts, training={"precision": "bfloat16"})
    for one, other in zip(plain.weights, mixed.weights, strict=True):
        other.assign(one)
    expected, found = costs(plain, tokens), costs(mixed, tokens)
    assert {cost.dtype for cost in found.values()} == {tf.float32}
    assert_all_close(found, expected, rtol=0.02, atol=0.02)


def test_weights_outputs_and_exact_layers_stay_float32(
    parts, make_model, random_tokens
):
    model = make_model(parts, training={"precision": "bfloat16"})
    weights = model.weights + model.optimizer.variables
    floats = [weight for weight in weights if "float" in weight.dtype]
    assert {weight.dtype for weight in floats} == {"float32"}
    outputs = model(random_tokens(4, 9), seed=tf.constant([1, 2]))
    assert {value.dtype for value in outputs.values() if value is not None} == {
        tf.float32
    }
    layers = [
        layer
        for layer in all_layers(model)
        if hasattr(layer, "kernel") and layer.name not in _FLOAT32_LAYERS
    ]
    assert layers
    assert {layer.compute_dtype for layer in layers} == {"bfloat16"}


def test_a_saved_model_keeps_its_precision(make_model, random_tokens, tmp_path):
    model = make_model(training={"precision": "bfloat16"})
    loaded = save_and_load(model, tmp_path)
    tokens = random_tokens(4, 9)
    assert_all_equal(costs(loaded, tokens), costs(model, tokens))


@pytest.mark.parametrize(
    ("gain", "expected"),
    [(3.0, "bfloat16"), (1.05, "float32"), (0.5, "float32")],
)
def test_auto_chooses_bfloat16_only_if_it_is_clearly_faster(
    gain, expected, monkeypatch
):
    now = 0.0

    def products(dtype, width):
        def run():
            nonlocal now
            now += 1.0 if dtype == "float32" else 1 / gain

        return run

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    monkeypatch.setattr(precision, "products", products)
    monkeypatch.setattr(environment.time, "perf_counter", lambda: now)
    assert precision.faster_precision(256) == expected


@pytest.mark.slow
def test_auto_is_resolved_when_a_run_starts(
    tmp_path, monkeypatch, fit, command
):
    monkeypatch.setattr(precision, "faster_precision", lambda width: "bfloat16")
    run = tmp_path / "run"
    length = ["--epochs", 1, "--steps-per-epoch", 2]
    result = fit("--precision", "auto", *length)
    assert "matrix products in bfloat16" in result.err
    settings = json.loads((run / "config.json").read_text())
    assert settings["training"]["precision"] == "bfloat16"
    # The resumed run keeps it, even on a machine with another choice.
    monkeypatch.setattr(precision, "faster_precision", lambda width: 1 / 0)
    succeeds(command("fit", "--resume", run, "--epochs", 2))
    succeeds(command("sample", run, "-n", 2))
