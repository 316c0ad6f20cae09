"""KerasTuner's oracles, safe from a kill and held to a parameter budget."""

import statistics
import warnings
from collections.abc import Callable
from typing import Any

import keras_tuner
from sklearn.exceptions import ConvergenceWarning

from tuner.compat import OracleFiles
from tuner.plan import Plan
from tuner.trial_score import OBJECTIVE

Values = dict[str, Any]


class _SearchOracle(OracleFiles):
    """What all three oracles do besides proposing trials.

    Attributes:
        fit_budget: changes proposed values so that the model is small enough.
        after_trial: called with the name of each trial that has ended.
        shared: whether other processes run the trials.
    """

    fit_budget: Callable[[Values], Values]
    after_trial: Callable[[str], None]
    shared: bool = False

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Proposes the values of a trial."""
        with warnings.catch_warnings():
            # The Gaussian process of a few trials is rarely a good fit.
            warnings.simplefilter("ignore", ConvergenceWarning)
            response = super().populate_space(trial_id)
        if response.get("values"):
            response["values"] = self.fit_budget(response["values"])
        return response

    def end_trial(self, trial: keras_tuner.engine.trial.Trial) -> None:
        """Notes a trial that has ended."""
        super().end_trial(trial)
        # KerasTuner saves while the trial still counts as going on.
        self.save()
        self.after_trial(trial.trial_id)

    def reload(self) -> None:
        """Reads the state of an earlier search."""
        super().reload()
        self.forget_unstarted_trials()
        if self.shared:
            self.resume_running_trials()


class _Random(_SearchOracle, keras_tuner.oracles.RandomSearchOracle):
    pass


class _Bayesian(_SearchOracle, keras_tuner.oracles.BayesianOptimizationOracle):
    def populate_space(self, trial_id):
        """Proposes values as if running trials had come out as usual.

        KerasTuner itself would ask its model for their score, even before
        the model has seen any.

        Reference:
            The "constant liar" of [Ginsbourger et al.,
            2010](https://hal.science/hal-00260579).
        """
        running = self.ongoing_trials
        scores = [
            trial.score
            for trial in self.trials.values()
            if trial.status == "COMPLETED" and trial not in running.values()
        ]
        if not scores:
            return super().populate_space(trial_id)
        self.ongoing_trials = {}
        for trial in running.values():
            trial.status, trial.score = "COMPLETED", statistics.mean(scores)
        try:
            return super().populate_space(trial_id)
        finally:
            self.ongoing_trials = running
            for trial in running.values():
                trial.status, trial.score = "RUNNING", None


class _Hyperband(_SearchOracle, keras_tuner.oracles.HyperbandOracle):
    pass


def make_oracle(plan: Plan, shared: bool) -> keras_tuner.Oracle:
    """Makes what proposes the trials of a search.

    Args:
        plan: what to search.
        shared: whether other processes run the trials.
    """
    oracle = _make(plan)
    oracle.shared = shared
    return oracle


def _make(plan):
    trials, training = plan.trials, plan.settings.training
    shared = {
        "objective": OBJECTIVE,
        # KerasTuner takes 0 for no seed.
        "seed": training.seed + 1,
        # One bad trial after the other is no reason to stop.
        "max_consecutive_failed_trials": trials + 1,
    }
    if plan.tuner == "hyperband":
        oracle = _Hyperband(
            max_epochs=training.epochs, hyperband_iterations=None, **shared
        )
        oracle.max_trials = trials
        return oracle
    if plan.tuner == "random":
        return _Random(max_trials=trials, **shared)
    # KerasTuner's own default is more random trials than most searches have.
    random = max(3, trials // 4)
    return _Bayesian(max_trials=trials, num_initial_points=random, **shared)
