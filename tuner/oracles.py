"""KerasTuner's oracles with safe files and a budget of parameters."""

import statistics
import warnings
from collections.abc import Callable
from typing import Any

import keras_tuner
from sklearn.exceptions import ConvergenceWarning

from tuner.compat import OracleFiles
from tuner.plan import Plan
from tuner.trial_score import OBJECTIVE


class _SearchOracle(OracleFiles):
    """What all three oracles share: safe files and the budget.

    Attributes:
        fit_budget: shrinks proposed values until the model is small enough.
        after_trial: called with the name of each finished trial.
        shared: whether other processes run the trials.
    """

    fit_budget: Callable[[dict[str, Any]], dict[str, Any]]
    after_trial: Callable[[str], None]
    shared: bool = False

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        """Proposes the values of a trial."""
        with warnings.catch_warnings():
            # A Gaussian process rarely converges on a few trials.
            warnings.simplefilter("ignore", ConvergenceWarning)
            response = super().populate_space(trial_id)
        if response.get("values"):
            response["values"] = self.fit_budget(response["values"])
        return response

    def end_trial(self, trial: keras_tuner.engine.trial.Trial) -> None:
        """Saves the state with a finished trial and reports the trial."""
        super().end_trial(trial)
        # KerasTuner saves while the trial still counts as running.
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
        """Proposes values as if running trials had the mean score.

        KerasTuner predicts their scores with its model, even before the model
        is fitted.

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
    """Makes the oracle, which proposes the trials of a search.

    Args:
        plan: the plan of the search.
        shared: whether other processes run the trials.
    """
    trials, training = plan.trials, plan.settings.training
    common = {
        "objective": OBJECTIVE,
        # KerasTuner treats 0 as no seed.
        "seed": training.seed + 1,
        # Failed trials in a row must not end the search.
        "max_consecutive_failed_trials": trials + 1,
    }
    if plan.tuner == "hyperband":
        oracle = _Hyperband(
            max_epochs=training.epochs, hyperband_iterations=None, **common
        )
        oracle.max_trials = trials
    elif plan.tuner == "random":
        oracle = _Random(max_trials=trials, **common)
    else:
        # KerasTuner's default is more random trials than most searches have.
        common["num_initial_points"] = max(3, trials // 4)
        oracle = _Bayesian(max_trials=trials, **common)
    oracle.shared = shared
    return oracle
