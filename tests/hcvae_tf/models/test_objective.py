"""KL, losses and schedules, compared with closed forms."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hcvae_tf.models.losses import (
    cross_entropy,
    gaussian_kl,
    weighted_loss,
)
from hcvae_tf.models.lstm_decoder import LSTMDecoder
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.schedules import EpochDecay, kl_weight
from hcvae_tf.models.text_vae import TextVAE
from pipelines.errors import UserError

MEAN = np.array([[0.0, 1.5, -2.0], [0.3, 0.0, 0.1]], "float32")
LOG_VAR = np.array([[0.0, -1.0, 0.7], [-3.0, 0.2, 0.0]], "float32")


def costs(reconstruction, kl, auxiliary):
    names = ("reconstruction", "kl", "auxiliary")
    values = map(np.float32, (reconstruction, kl, auxiliary))
    return dict(zip(names, values, strict=True))


def test_kl_equals_a_monte_carlo_estimate():
    deviation = np.exp(LOG_VAR / 2)
    noise = np.random.default_rng(0).normal(size=(200_000, *MEAN.shape))
    z = MEAN + deviation * noise
    ratio = stats.norm.logpdf(z, MEAN, deviation) - stats.norm.logpdf(z)
    error = ratio.std(axis=0) / np.sqrt(len(ratio))
    kl = gaussian_kl(MEAN, LOG_VAR).numpy()
    assert (np.abs(kl - ratio.mean(axis=0)) < 6 * error + 1e-6).all()


def test_kl_equals_the_general_formula_for_normal_distributions():
    # Of multivariate normal distributions, by traces and determinants.
    for mean, log_var, kl in zip(
        MEAN, LOG_VAR, gaussian_kl(MEAN, LOG_VAR).numpy(), strict=True
    ):
        covariance = np.diag(np.exp(log_var.astype(float)))
        _, log_det = np.linalg.slogdet(covariance)
        expected = np.trace(covariance) + mean @ mean - len(mean) - log_det
        assert kl.sum() == pytest.approx(expected / 2, rel=1e-5)


@given(
    st.lists(
        st.tuples(st.floats(-5, 5), st.floats(-8, 5)), min_size=1, max_size=8
    )
)
def test_kl_is_never_negative(terms):
    mean, log_var = np.array(terms, "float32").T
    assert gaussian_kl(mean, log_var).numpy().min() >= -1e-5


def test_cross_entropy_sums_over_the_unmasked_positions():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 4, 5)).astype("float32")
    tokens = rng.integers(0, 5, (2, 4), np.int32)
    mask = np.array([[1, 1, 0, 0], [1, 1, 1, 1]], "float32")
    probabilities = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    picked = np.take_along_axis(probabilities, tokens[..., None], -1)[..., 0]
    expected = -(np.log(picked) * mask).sum(-1)
    found = cross_entropy(tokens, logits, mask).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("step", "weight"),
    [
        (0, 0.001),
        (1_000, 0.001),
        (4_500, 0.501),
        (7_993, 1.0),
        (8_000, 1.0),
        (10**9, 1.0),
    ],
)
def test_linear_annealing_rises_from_start_to_end(step, weight):
    objective = Objective(kl_start=1_000, kl_end=8_000, kl_floor=0.001)
    found = kl_weight(objective, tf.constant(step, tf.int64))
    assert float(found) == pytest.approx(weight, abs=1e-6)


def test_cyclical_annealing_rises_and_stays_in_each_cycle():
    objective = Objective(
        kl="cyclical", kl_start=100, kl_end=500, kl_cycles=4, kl_floor=0.0
    )
    weights = {
        **{0: 0.0, 100: 0.0, 125: 0.5, 150: 1.0, 199: 1.0},
        **{200: 0.0, 225: 0.5, 260: 1.0, 400: 0.0, 410: 0.2},
        **{450: 1.0, 500: 1.0, 10**6: 1.0},
    }
    for step, weight in weights.items():
        found = float(kl_weight(objective, tf.constant(step)))
        assert found == pytest.approx(weight, abs=1e-5), step


def test_free_bits_apply_to_the_mean_kl_of_each_dimension():
    parts = np.array([[0.1, 3.0], [0.3, 1.0]], "float32")
    objective = Objective(alpha=0.0, kl="constant", free_bits=0.5)
    given_costs = costs(np.zeros(2), parts.sum(1), np.zeros(2))
    given_costs |= {"kl_per_dimension": parts, "characters": np.ones(2)}
    # The first dimension has a mean KL of 0.2, less than the free bits.
    loss = weighted_loss(objective, given_costs, 0)
    np.testing.assert_allclose(loss, [0.5 + 2.0] * 2, rtol=1e-6)


def test_the_multiplier_weighs_what_is_missing_to_min_rate():
    objective = Objective(alpha=0.0, kl="constant", min_rate=8.0)
    kls = np.array([1.0, 5.0, 9.0], "float32")
    # The last row has no text, so the mean KL is 3.
    given_costs = costs(np.full(3, 10.0), kls, np.zeros(3))
    given_costs["characters"] = np.array([4.0, 2.0, 0.0], "float32")
    loss = weighted_loss(objective, given_costs, 0, multiplier=0.4)
    np.testing.assert_allclose(loss, 10 + kls + 0.4 * (8 - 3), rtol=1e-6)
    # More than the minimum is no reward.
    given_costs["kl"] = kls + 100
    loss = weighted_loss(objective, given_costs, 0, multiplier=0.4)
    np.testing.assert_allclose(loss, 110 + kls, rtol=1e-6)


def test_the_kl_weight_is_1_if_constant_and_0_without_kl():
    for step in (0, 5, 10**6):
        assert float(kl_weight(Objective(kl="constant"), step)) == 1.0
        assert float(kl_weight(Objective(kl="none"), step)) == 0.0


def test_an_infinite_kl_has_no_effect_without_a_kl_term():
    loss = weighted_loss(Objective(0.5, "none"), costs(3.0, np.inf, 4.0), 0)
    assert float(loss) == 5.0


@pytest.mark.parametrize(("alpha", "floor"), [(0.2, 0.001), (0.0, 0.0)])
def test_the_default_kl_floor_depends_on_alpha(alpha, floor):
    assert float(kl_weight(Objective(alpha), 0)) == pytest.approx(floor)
    assert float(kl_weight(Objective(alpha, kl_floor=0.5), 0)) == 0.5


def test_the_loss_is_the_weighted_sum_of_the_costs():
    objective = Objective(alpha=0.2, kl_start=0, kl_end=10, kl_floor=0.0)
    loss = weighted_loss(objective, costs(100.0, 20.0, 50.0), tf.constant(5))
    assert float(loss) == pytest.approx(100 + 0.5 * 20 + 0.2 * 50)


@pytest.mark.parametrize(
    ("step", "alpha"),
    [(0, 0.2), (10, 0.2), (15, 0.125), (20, 0.05), (10**6, 0.05)],
)
def test_alpha_falls_once_the_kl_weight_is_1(step, alpha):
    objective = Objective(
        alpha=0.2, kl_start=0, kl_end=10, alpha_final=0.25, alpha_end=20
    )
    loss = weighted_loss(objective, costs(100.0, 0.0, 50.0), tf.constant(step))
    assert float(loss) == pytest.approx(100 + alpha * 50)


def test_alpha_falls_from_the_first_step_if_the_kl_weight_is_constant():
    objective = Objective(
        alpha=0.2, kl="constant", alpha_final=0.0, alpha_end=40
    )
    loss = weighted_loss(objective, costs(0.0, 0.0, 10.0), tf.constant(10))
    assert float(loss) == pytest.approx(0.15 * 10)


def test_the_end_of_alpha_may_be_a_share():
    objective = Objective(kl_start=0.1, kl_end=0.4, alpha_final=0.0)
    assert objective.in_steps(1_000).alpha_end == 750
    assert objective.in_steps(1_000).in_shares(1_000) == objective
    # Not after `kl_end`, which says nothing then.
    constant = Objective(kl="constant", alpha_final=0.0)
    assert constant.in_steps(1_000).alpha_end == 750
    # However short the training is.
    assert objective.in_steps(1).alpha_end > objective.in_steps(1).kl_end
    with pytest.raises(UserError, match="`alpha_end` must be after `kl_end`"):
        Objective(kl_end=9e3, alpha_final=0.0, alpha_end=5e3).in_steps(10**5)
    with pytest.raises(UserError, match="in_steps"):
        TextVAE(None, LSTMDecoder(11, 9, 0, 4), constant)
    # What never falls has no end.
    dataclasses.replace(constant, alpha=0.0).in_steps(1)


@pytest.mark.parametrize(
    ("step", "rate"),
    [
        (0, 1e-3),
        (19_999, 1e-3),
        (20_000, 0.95e-3),
        (21_500, 0.95**2 * 1e-3),
        (99_999, 0.95**80 * 1e-3),
    ],
)
def test_the_learning_rate_decays_after_the_given_epochs(step, rate):
    schedule = EpochDecay(1e-3, 0.95, 20, 1_000)
    found = float(schedule(tf.constant(step, tf.int64)))
    assert found == pytest.approx(rate, rel=1e-5)
