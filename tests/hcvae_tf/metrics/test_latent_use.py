"""Measures of latent use, on cases whose results are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from hcvae_tf.metrics.latent_use import (
    corpus_latent_use,
    dimensions_of_share,
    kl_verdict,
    latent_use,
)


def test_distant_codes_identify_the_text():
    z_mean = 100.0 * np.arange(40)[:, None] * np.ones((1, 3))
    use = latent_use(z_mean, np.full((40, 3), -2.0))
    assert use["mutual_information"] == pytest.approx(np.log(40))
    assert use["mutual_information_limit"] == pytest.approx(np.log(40))
    assert use["active_units"] == 3


@pytest.mark.parametrize(
    ("kl", "verdict"),
    [
        *((0.0, "unused"), (0.99, "unused"), (1.0, "weak"), (4.99, "weak")),
        *((5.0, "in use"), (21.3, "in use")),
    ],
)
def test_the_verdict_on_a_kl_changes_at_1_and_5_nats(kl, verdict):
    assert kl_verdict(kl) == verdict


@pytest.mark.parametrize(
    ("kls", "share", "expected"),
    [
        ([0.1] * 10, 0.9, 9),
        ([1.0] * 64, 0.5, 32),
        ([0.01, 9.0, 0.99], 0.9, 1),
        ([0.02, 8.99, 0.99], 0.9, 2),
        # A geometric series of ratio 1/2: 1 - 2**-4 is the first above 0.9.
        ([2.0**-n for n in range(1, 60)], 0.9, 4),
        ([0.0, 0.0], 0.9, 0),
        ([], 0.9, 0),
    ],
)
def test_the_dimensions_that_carry_a_share_are_the_fewest(kls, share, expected):
    assert dimensions_of_share(kls, share) == expected
    assert dimensions_of_share(kls[::-1], share) == expected


def test_equal_codes_carry_no_information():
    use = latent_use(np.ones((600, 4)), np.zeros((600, 4)))
    assert use["mutual_information"] == pytest.approx(0.0, abs=1e-9)
    assert use["active_units"] == 0


def test_two_clusters_carry_one_bit():
    z_mean = np.repeat([[-50.0], [50.0]], 300, axis=0)
    use = latent_use(z_mean, np.zeros((600, 1)))
    assert use["mutual_information"] == pytest.approx(np.log(2), abs=1e-6)


def test_mutual_information_equals_its_definition():
    rng = np.random.default_rng(3)
    z_mean, z_log_var = rng.normal(size=(2, 700, 5))
    noise = np.random.default_rng(8).standard_normal((700, 5))
    deviation = np.exp(z_log_var / 2)
    z = z_mean + deviation * noise
    log_q = stats.norm.logpdf(z[:, None], z_mean, deviation).sum(-1)
    gains = np.diag(log_q) - special.logsumexp(log_q, axis=1) + np.log(700)
    use = latent_use(z_mean, z_log_var, seed=8)
    assert use["mutual_information"] == pytest.approx(gains.mean())
    error = gains.std() / np.sqrt(700)
    assert use["mutual_information_error"] == pytest.approx(error)


@given(st.integers(0, 1000), st.floats(-3, 3), st.floats(0, 3))
def test_mutual_information_stays_between_0_and_its_limit(seed, log_var, scale):
    rng = np.random.default_rng(seed)
    z_mean = scale * rng.normal(size=(12, 3))
    use = latent_use(z_mean, np.full((12, 3), log_var), seed)
    limit = use["mutual_information_limit"]
    assert 0 <= use["mutual_information"] <= limit + 1e-9


def test_a_negative_estimate_is_reported_as_zero():
    # The codes are nearly equal, so the estimate is noise around 0.
    rng = np.random.default_rng(0)
    found = [
        latent_use(1e-3 * rng.normal(size=(50, 2)), np.zeros((50, 2)), seed)
        for seed in range(40)
    ]
    values = [use["mutual_information"] for use in found]
    assert min(values) == 0 < max(values)
    assert all(use["mutual_information_error"] > 0 for use in found)


def test_a_unit_is_active_if_its_mean_varies():
    z_mean = np.random.default_rng(0).normal(size=(20_000, 3))
    z_mean *= np.sqrt([0.005, 0.02, 1.0])
    use = latent_use(z_mean[:2_000], np.zeros((2_000, 3)))
    assert use["active_units"] == 2


def test_the_latent_use_of_a_corpus_is_that_of_its_codes(
    make_model, random_tokens
):
    model = make_model()
    tokens = random_tokens(10, 9)
    codes = [part.numpy() for part in model.encode(tokens)]
    batches = [tokens[:4], tokens[4:8], tokens[8:]]
    found = corpus_latent_use(model, batches)
    assert found == pytest.approx(latent_use(*codes), rel=1e-4)
