"""Noise, Gaussian sampling, word dropout: distributions and seeds."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from hcvae_tf.layers import noise
from hcvae_tf.layers.gaussian_sampling import GaussianSampling
from hcvae_tf.layers.word_dropout import WordDropout

SEED = tf.constant([3, 7])


@pytest.mark.parametrize("draw", [noise.normal, noise.uniform])
def test_noise_has_its_distribution(draw):
    distribution = {"normal": "norm", "uniform": "uniform"}[draw.__name__]
    drawn = draw((200, 300), SEED).numpy()
    assert stats.kstest(drawn.ravel(), distribution).pvalue > 1e-3
    # Neither rows nor columns repeat each other.
    for values in (drawn, drawn.T):
        correlation = np.corrcoef(values) - np.eye(len(values))
        assert np.abs(correlation).max() < 0.5


@pytest.mark.parametrize("draw", [noise.normal, noise.uniform])
def test_noise_is_the_same_when_compiled_by_xla(draw):
    compiled = tf.function(lambda seed: draw((1001, 7), seed), jit_compile=True)
    np.testing.assert_allclose(
        compiled(SEED), draw((1001, 7), SEED), rtol=1e-4, atol=1e-5
    )


def test_samples_have_the_given_mean_and_variance():
    mean = tf.fill((20_000, 1), 2.0)
    log_var = tf.fill((20_000, 1), np.float32(np.log(9.0)))
    z = GaussianSampling()(mean, log_var, SEED).numpy()[:, 0]
    assert stats.kstest(z, "norm", (2.0, 3.0)).pvalue > 1e-3


def test_the_noise_depends_only_on_the_seed():
    mean, log_var = tf.zeros((8, 3)), tf.zeros((8, 3))
    sampling = GaussianSampling()
    first = sampling(mean, log_var, SEED)
    np.testing.assert_array_equal(first, sampling(mean, log_var, SEED))
    assert not np.allclose(first, sampling(mean, log_var, SEED + 1))


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_dropout_hides_the_given_share_of_tokens(rate):
    tokens = tf.random.stateless_uniform((100, 100), (0, 1), 0, 9, tf.int32)
    hidden = WordDropout(rate, dropped=9)(tokens, SEED).numpy()
    dropped = hidden == 9
    # Five standard deviations of a binomial share.
    margin = 5 * np.sqrt(rate * (1 - rate) / dropped.size)
    assert abs(dropped.mean() - rate) <= margin
    np.testing.assert_array_equal(hidden[~dropped], tokens.numpy()[~dropped])


def test_a_rate_above_1_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        WordDropout(1.5, dropped=9)
