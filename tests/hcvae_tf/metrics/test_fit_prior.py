"""Fitted priors, for latent vectors whose distribution is known."""

import numpy as np
import pytest
import tensorflow as tf
from shared import save_and_load

from hcvae_tf.layers.mixture_prior import MixturePrior
from hcvae_tf.metrics.fit_prior import draw_codes, fit_prior, prior_gain
from hcvae_tf.models.losses import gaussian_kl
from hcvae_tf.storage.model_file import with_prior

MEAN, SPREAD = np.array([1.0, 0.0, -0.5, 0.0]), np.array([0.5, 1.0, 0.2, 2.0])


def codes(texts, seed):
    noise = np.random.default_rng(seed).normal(size=(texts, 4))
    return (MEAN + SPREAD * noise).astype(np.float32)


def test_the_gain_is_the_divergence_from_the_old_prior(make_model):
    prior = fit_prior(codes(20_000, seed=0), 1)
    gain, error = prior_gain(prior, make_model(), codes(20_000, seed=1))
    divergence = float(
        tf.reduce_sum(gaussian_kl(MEAN, 2 * np.log(SPREAD)))  # in closed form
    )
    assert gain == pytest.approx(divergence, abs=4 * error)
    assert error < 0.05


def test_two_groups_of_texts_are_found():
    rng = np.random.default_rng(0)
    group = rng.random(4_000) < 0.25
    centres = np.where(group[:, np.newaxis], 3.0, -1.0)
    prior = fit_prior(centres + 0.1 * rng.normal(size=(4_000, 4)), 2)
    order = np.argsort(prior.log_shares)
    np.testing.assert_allclose(
        np.exp(prior.log_shares)[order], [0.25, 0.75], atol=0.02
    )
    np.testing.assert_allclose(
        prior.means.numpy()[order], [[3.0] * 4, [-1.0] * 4], atol=0.02
    )


@pytest.fixture
def prior():
    """A mixture of one Gaussian that is N(0, 1)."""
    prior = MixturePrior(1, 4)
    prior.build()
    return prior


def test_the_kl_of_draws_is_on_average_that_in_closed_form(make_model, prior):
    model = make_model()
    z_mean = tf.constant([[0.5, -1.0, 0.0, 2.0]])
    z_log_var = tf.constant([[-1.0, 0.0, -3.0, 0.5]])
    (exact,) = model.kl(z_mean, z_mean, z_log_var).numpy()
    assert exact == pytest.approx(np.sum(gaussian_kl(z_mean, z_log_var)))
    model = with_prior(model, prior)
    noise = np.random.default_rng(0).normal(size=(50_000, 4))
    z = z_mean + tf.exp(z_log_var / 2) * noise.astype(np.float32)
    drawn = model.kl(z, z_mean, z_log_var).numpy()
    error = drawn.std() / np.sqrt(len(drawn))
    assert drawn.mean() == pytest.approx(exact, abs=4 * error)


def test_codes_are_drawn_from_the_posterior(make_model, random_tokens):
    model = make_model()
    tokens = tf.constant(random_tokens(2, 9))
    found = draw_codes(model, [tokens] * 2_000).reshape(2_000, 2, 4)
    z_mean, z_log_var = model.encode(tokens)
    spread = np.exp(z_log_var / 2)
    np.testing.assert_allclose(
        found.mean(axis=0), z_mean, atol=5 * spread.max() / np.sqrt(2_000)
    )
    np.testing.assert_allclose(found.std(axis=0), spread, rtol=0.1)


def test_a_model_is_saved_with_its_prior(
    make_model, random_tokens, prior, tmp_path
):
    prior.assign(np.ones(1), MEAN[np.newaxis], SPREAD[np.newaxis])
    before = make_model()
    model = with_prior(before, prior)
    tokens, seed = tf.constant(random_tokens(3, 9)), tf.constant([0, 1])
    costs = model.costs(tokens, seed)
    again = save_and_load(model, tmp_path).costs(tokens, seed)
    np.testing.assert_allclose(again["kl"], costs["kl"])
    old = before.costs(tokens, seed)
    np.testing.assert_allclose(old["reconstruction"], costs["reconstruction"])
    assert (old["kl"] != costs["kl"]).numpy().all()
    normal = with_prior(model, None).costs(tokens, seed)
    np.testing.assert_allclose(normal["kl"], old["kl"])
