"""No text and no step can throw a training off its way."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from shared import save_and_load

from hcvae_tf.models.fused_adam import FusedAdam
from hcvae_tf.models.gradient_guard import GradientGuard
from hcvae_tf.models.losses import gaussian_kl
from hcvae_tf.models.text_vae import TextVAE


def judged(norms, factor=10.0):
    guard = GradientGuard(factor)
    guard.build()
    judge = tf.function(guard)
    kept = [
        bool(judge(tf.constant(norm), tf.constant(step)))
        for step, norm in enumerate(norms)
    ]
    return guard, kept


def test_the_mean_is_geometric():
    norms = np.random.default_rng(0).uniform(5, 20, 40).astype(np.float32)
    guard, kept = judged(norms)
    assert all(kept)
    expected = np.log(norms).mean()
    assert guard.log_mean.numpy() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("outlier", [150.0, 1e30, np.inf, np.nan])
def test_outliers_are_left_out_and_counted(outlier):
    guard, kept = judged([*[10.0] * 9, outlier, outlier, 10.0])
    assert kept == [True] * 9 + [False] * 2 + [True]
    assert guard.left_out.numpy() == 2
    assert guard.in_a_row.numpy() == 0
    assert np.isfinite(guard.log_mean.numpy())


def test_a_norm_within_the_factor_is_kept():
    _, kept = judged([*[10.0] * 200, 99.0])
    assert all(kept)


def test_a_lasting_change_is_followed():
    guard, kept = judged([*[1.0] * 300, *[20.0] * 400])
    assert not kept[300]
    assert kept[-1]
    assert guard.in_a_row.numpy() == 0


def step_of(model, tokens):
    before = [w.numpy() for w in model.trainable_weights]
    model.train_on_batch(tokens)
    after = [w.numpy() for w in model.trainable_weights]
    return max(np.abs(a - b).max() for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("optimizer", [keras.optimizers.SGD, FusedAdam])
def test_an_outlier_moves_no_weight_and_is_not_learned(
    optimizer, make_model, random_tokens
):
    model = make_model(length=9)
    model.compile(optimizer(1e-3), run_eagerly=True)
    tokens = random_tokens(4, 9)
    assert step_of(model, tokens) > 0
    # Weights of a wrong scale make the gradient of this step one.
    posterior = model.encoder.posterior
    good = posterior.kernel.numpy()
    posterior.kernel.assign(good * 1e4)
    assert step_of(model, tokens) == 0
    assert model.guard.left_out.numpy() == 1
    posterior.kernel.assign(good)
    assert step_of(model, tokens) > 0
    assert model.guard.in_a_row.numpy() == 0


def test_the_guard_is_saved_and_old_models_have_none(
    make_model, random_tokens, tmp_path
):
    model = make_model(length=9)
    model.run_eagerly = True
    model.train_on_batch(random_tokens(4, 9))
    again = save_and_load(model, tmp_path)
    assert again.guard.factor == 10
    assert again.guard.log_mean.numpy() == model.guard.log_mean.numpy() != 0
    config = model.get_config()
    del config["outlier_factor"]
    assert TextVAE.from_config(config).guard is None


@pytest.mark.parametrize("parts", ["conv", "lstm-vae"])
def test_no_text_has_a_boundless_variance(parts, make_model, random_tokens):
    model = make_model(parts, length=9)
    posterior = model.encoder.posterior
    size = model.z_size
    bias = np.zeros(2 * size, np.float32)
    tokens = tf.constant(random_tokens(1, 9))
    posterior.kernel.assign(tf.zeros_like(posterior.kernel))
    found = []
    for value in (-1e6, -60.0, -5.0, -1.0, 60.0, 1e6):
        bias[size:] = value
        posterior.bias.assign(bias)
        mean, log_var = model.encode(tokens)
        found.append(float(log_var[0, 0]))
        # exp(2) - 1 - 2, halved: the most that a variance costs.
        if value > 0:
            assert gaussian_kl(mean, log_var)[0, 0] < 2.2
    assert found == sorted(found)
    assert found[0] == pytest.approx(-10, abs=1e-3)
    assert found[2] == pytest.approx(-5, abs=0.02)
    assert found[3] == pytest.approx(-1, abs=0.06)
    assert found[5] == pytest.approx(2, abs=1e-3)


@pytest.mark.parametrize("guarded", [True, False])
def test_only_a_guard_keeps_what_is_not_finite_out_of_the_means(
    guarded, make_model, random_tokens
):
    model = make_model(length=9)
    model.run_eagerly = True
    if not guarded:
        model.guard = None
    batches = tf.data.Dataset.from_tensors(random_tokens(4, 9)).repeat()
    kernel = model.decoder.trainable_weights[0]
    good = kernel.numpy()

    class Spoil(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            kernel.assign(np.full_like(good, np.nan) if batch == 1 else good)

    history = model.fit(
        batches, steps_per_epoch=3, callbacks=[Spoil()], verbose=0
    ).history
    assert np.isfinite(history["loss"][0]) == guarded
    assert np.isfinite(history["reconstruction"][0]) == guarded
    if guarded:
        assert model.guard.left_out.numpy() == 1
        assert all(np.isfinite(values[0]) for values in history.values())
