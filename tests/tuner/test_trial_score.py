"""Checks that scores rank trials like their costs and KL."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuner.trial_score import score, worst_cost

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
    feasible = [scored(m) for m in models if m[1] >= FLOOR]
    infeasible = [scored(m) for m in models if m[1] < FLOOR - 1e-6]
    if feasible and infeasible:
        assert max(feasible) < min(infeasible)
