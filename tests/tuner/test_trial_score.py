"""Checks that scores rank trials like their costs and KL."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import small_config

from hcvae_tf.storage.run_folder import RunFolder
from tuner import search_loop
from tuner.plan import Plan
from tuner.ranges import Range
from tuner.trial_score import OBJECTIVE, score, worst_cost

COST = st.floats(0.0, 300.0)
FLOOR = 5.0
WORST = worst_cost(60, 53)


def test_worst_cost_is_that_of_uniform_guesses():
    uniform = -sum(math.log(1 / 53) for _ in range(60))
    assert pytest.approx(uniform) == WORST


@given(st.lists(st.tuples(COST, COST), min_size=2, max_size=9))
def test_score_ranks_feasible_trials_first_then_by_missing_kl(models):
    def rank(model):
        negative_elbo, kl = model
        # A cost above that of uniform guesses counts as that cost.
        return max(0.0, FLOOR - kl), min(negative_elbo, WORST) * (kl >= FLOOR)

    def scored(model):
        return score(*model, FLOOR, WORST)

    for one in models:
        for other in models:
            if rank(one) < rank(other):
                assert scored(one) <= scored(other)
            gaps = [b - a for a, b in zip(rank(one), rank(other), strict=True)]
            # More than rounding errors.
            if gaps[0] > 1e-6 or (gaps[0] == 0 and gaps[1] > 1e-6):
                assert scored(one) < scored(other)
    feasible = [scored(m) for m in models if m[1] >= FLOOR]
    infeasible = [scored(m) for m in models if m[1] < FLOOR - 1e-6]
    if feasible and infeasible:
        assert max(feasible) < min(infeasible)


@pytest.mark.parametrize(("kl", "worst"), [(FLOOR, False), (FLOOR - 0.1, True)])
def test_the_minimum_kl_is_that_of_a_text_whatever_the_vocabulary(
    kl, worst, monkeypatch, tmp_path
):
    """Costs of windows with other subwords are compared by character."""
    measures = {"negative_elbo": 555.0, "kl": kl, "bits_per_char": 2.0}
    ranges = {"vocabulary_size": Range(1_000, 8_000)}
    settings = small_config().replace("data", units="subwords")
    plan = Plan(settings, ranges, "random", 9, FLOOR, None, "texts")
    monkeypatch.setattr(search_loop, "run_trial", lambda *_: dict(measures))
    run = SimpleNamespace(fingerprint="texts")
    monkeypatch.setattr(RunFolder, "open", lambda _: run)
    tuner = SimpleNamespace(
        hypermodel=SimpleNamespace(plan=plan, config=lambda _: plan.settings),
        folder=tmp_path,
        progress=SimpleNamespace(begin=lambda *_: None),
        worst=WORST,
    )
    trial = SimpleNamespace(
        trial_id="0", hyperparameters=SimpleNamespace(values={})
    )
    found = search_loop.TextVAETuner.run_trial(tuner, trial)
    assert measures.items() <= found.items()
    cost = 200 * math.log(2)
    expected = WORST + 0.1 if worst else cost
    assert found[OBJECTIVE.name] == pytest.approx(expected)
