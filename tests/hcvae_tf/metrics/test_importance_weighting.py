"""Importance weighting, on a model whose likelihood is known."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from hcvae_tf.metrics.importance_weighting import (
    importance_weighted_nll,
    text_nll,
)

# x = W z + b + noise: all distributions are normal.
RNG = np.random.default_rng(0)
W = RNG.normal(size=(4, 2))
B = RNG.normal(size=4)
SCALE = 0.7
X = RNG.normal(size=(5, 4))
EXACT = -stats.multivariate_normal.logpdf(X, B, W @ W.T + SCALE**2 * np.eye(4))


def log_likelihood(z):
    mean = z @ W.T.astype("float32") + B.astype("float32")
    terms = tf.square((X.astype("float32") - mean) / SCALE)
    constant = 4 * np.log(2 * np.pi * SCALE**2)
    return -0.5 * (tf.reduce_sum(terms, -1) + constant)


def log_joint(z):
    prior = tf.square(z) + np.log(2 * np.pi).astype("float32")
    return log_likelihood(z) - 0.5 * tf.reduce_sum(prior, -1)


@tf.function(autograph=False)
def graph(z_mean, z_log_var, samples, seed):
    return importance_weighted_nll(log_joint, z_mean, z_log_var, samples, seed)


def estimate(z_mean, z_log_var, samples, seed=0):
    posterior = (tf.constant(part, tf.float32) for part in (z_mean, z_log_var))
    seed = tf.constant([seed, 1])
    return graph(*posterior, tf.constant(samples), seed).numpy()


@pytest.fixture
def posterior():
    """An approximate posterior with wrong mean and variance."""
    precision = np.eye(2) + W.T @ W / SCALE**2
    mean = (X - B) @ W @ np.linalg.inv(precision) / SCALE**2
    return mean + 0.3, np.full((5, 2), -1.0)


def test_many_samples_approach_the_exact_likelihood(posterior):
    np.testing.assert_allclose(estimate(*posterior, 20_000), EXACT, atol=0.05)


def test_one_sample_estimates_the_negative_elbo(posterior):
    z_mean, z_log_var = posterior
    one = np.mean([estimate(*posterior, 1, seed) for seed in range(2_000)], 0)
    # The expected negative ELBO in closed form.
    residual = X - z_mean @ W.T - B
    variance = np.exp(z_log_var) @ (W**2).sum(0)
    reconstruction = 0.5 * (
        ((residual**2).sum(-1) + variance) / SCALE**2
        + 4 * np.log(2 * np.pi * SCALE**2)
    )
    kl = 0.5 * (z_mean**2 + np.exp(z_log_var) - 1 - z_log_var).sum(-1)
    np.testing.assert_allclose(one, reconstruction + kl, atol=0.25)


def test_more_samples_tighten_the_bound_on_average(posterior):
    means = [
        np.mean([estimate(*posterior, samples, seed) for seed in range(200)])
        for samples in (1, 5, 50)
    ]
    assert means[0] > means[1] > means[2] > EXACT.mean() - 0.02


def test_huge_and_tiny_weights_do_not_overflow(posterior):
    for level in (-1e5, 1e5):
        found = importance_weighted_nll(
            lambda z: log_joint(z) + level,  # noqa: B023
            *(tf.constant(part, tf.float32) for part in posterior),
            50,
            tf.constant([0, 1]),
        ).numpy()
        np.testing.assert_allclose(found + level, EXACT, atol=2.0)


def test_the_nll_of_a_language_model_is_exact(make_model, random_tokens):
    model = make_model("language-model")
    tokens = random_tokens(3, 9)
    seed = tf.constant([0, 0])
    np.testing.assert_allclose(
        text_nll(model, tokens, 7, seed),
        model.costs(tokens, seed)["reconstruction"],
        rtol=1e-5,
    )
