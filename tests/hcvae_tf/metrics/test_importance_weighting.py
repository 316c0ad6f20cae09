"""Importance weighting against a model whose likelihood is known."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from hcvae_tf.metrics.importance_weighting import (
    importance_weighted_nll,
    text_nll,
)

# x = W z + b + noise: everything about it is normal.
NUMBERS = np.random.default_rng(0)
W = NUMBERS.normal(size=(4, 2))
B = NUMBERS.normal(size=4)
SCALE = 0.7
X = NUMBERS.normal(size=(5, 4))
EXACT = -stats.multivariate_normal.logpdf(X, B, W @ W.T + SCALE**2 * np.eye(4))


def log_likelihood(z):
    mean = z @ W.T.astype("float32") + B.astype("float32")
    terms = tf.square((X.astype("float32") - mean) / SCALE)
    constant = 4 * np.log(2 * np.pi * SCALE**2)
    return -0.5 * (tf.reduce_sum(terms, -1) + constant)


def estimate(z_mean, z_log_var, samples, seed=0):
    return importance_weighted_nll(
        log_likelihood,
        tf.constant(z_mean, tf.float32),
        tf.constant(z_log_var, tf.float32),
        samples,
        tf.constant([seed, 1]),
    ).numpy()


@pytest.fixture
def rough():
    """A posterior that is wrong in mean and width."""
    precision = np.eye(2) + W.T @ W / SCALE**2
    mean = (X - B) @ W @ np.linalg.inv(precision) / SCALE**2
    return mean + 0.3, np.full((5, 2), -1.0)


def test_many_draws_give_the_exact_likelihood(rough):
    np.testing.assert_allclose(estimate(*rough, 20_000), EXACT, atol=0.05)


def test_one_draw_is_the_negative_elbo(rough):
    z_mean, z_log_var = rough
    one = np.mean([estimate(*rough, 1, seed) for seed in range(2_000)], 0)
    # The expectations of the negative ELBO in closed form.
    residual = X - z_mean @ W.T - B
    spread = np.exp(z_log_var) @ (W**2).sum(0)
    reconstruction = 0.5 * (
        ((residual**2).sum(-1) + spread) / SCALE**2
        + 4 * np.log(2 * np.pi * SCALE**2)
    )
    kl = 0.5 * (z_mean**2 + np.exp(z_log_var) - 1 - z_log_var).sum(-1)
    np.testing.assert_allclose(one, reconstruction + kl, atol=0.25)


def test_more_draws_are_tighter_on_average(rough):
    means = [
        np.mean([estimate(*rough, draws, seed) for seed in range(200)])
        for draws in (1, 5, 50)
    ]
    assert means[0] > means[1] > means[2] > EXACT.mean() - 0.02


def test_neither_huge_nor_tiny_weights_overflow(rough):
    for level in (-1e5, 1e5):
        found = importance_weighted_nll(
            lambda z: log_likelihood(z) + level,  # noqa: B023
            *(tf.constant(part, tf.float32) for part in rough),
            50,
            tf.constant([0, 1]),
        ).numpy()
        np.testing.assert_allclose(found + level, EXACT, atol=2.0)


def test_a_language_model_is_exact(make_model, random_tokens):
    model = make_model("language-model")
    tokens = random_tokens(3, 9)
    seed = tf.constant([0, 0])
    np.testing.assert_allclose(
        text_nll(model, tokens, 7, seed),
        model.costs(tokens, seed)["reconstruction"],
        rtol=1e-5,
    )
