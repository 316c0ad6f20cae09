"""Mixtures of Gaussians, compared with SciPy."""

import numpy as np
import pytest
from scipy import special, stats

from hcvae_tf.layers.mixture_prior import MixturePrior

SHARES = np.array([0.5, 0.2, 0.3])


@pytest.fixture
def gaussians():
    rng = np.random.default_rng(0)
    return rng.normal(size=(3, 4)), rng.gamma(2.0, size=(3, 4))


@pytest.fixture
def prior(gaussians):
    prior = MixturePrior(3, 4)
    prior.build()
    prior.assign(SHARES, *gaussians)
    return prior


def test_the_density_is_that_of_the_mixture(prior, gaussians):
    z = np.random.default_rng(1).normal(0, 3, (50, 4)).astype(np.float32)
    parts = [
        stats.norm.logpdf(z, mean, np.sqrt(variance)).sum(axis=1)
        for mean, variance in zip(*gaussians, strict=True)
    ]
    expected = special.logsumexp(np.log(SHARES) + np.transpose(parts), axis=1)
    np.testing.assert_allclose(prior(z), expected, rtol=1e-5)


def test_a_new_prior_is_standard_normal():
    prior = MixturePrior(2, 3)
    prior.build()
    z = np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32)
    expected = stats.norm.logpdf(z).sum(axis=1)
    np.testing.assert_allclose(prior(z), expected, rtol=1e-5)


def test_draws_are_of_the_gaussian_that_is_chosen(prior, gaussians):
    means, variances = gaussians
    choice = np.array([0, 0.49, 0.51, 0.69, 0.71, 1 - 2**-24], np.float32)
    chosen = [0, 0, 1, 1, 2, 2]
    for noise in (0.0, 1.0, -2.0):
        drawn = prior.draw(np.full((6, 4), noise, np.float32), choice)
        expected = means[chosen] + noise * np.sqrt(variances[chosen])
        np.testing.assert_allclose(drawn, expected, rtol=1e-5, atol=1e-6)
