"""KerasTuner's oracles, safe from a kill and held to a parameter budget."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras_tuner
from sklearn.exceptions import ConvergenceWarning

from hcvae_tf.run import write_text
from tuner.objective import OBJECTIVE
from tuner.plan import Plan

Values = dict[str, Any]


class _Searching:
    """What all three oracles do besides proposing trials.

    Attributes:
        fit_budget: changes proposed values so that the model is small enough.
        after_trial: called with the name of each trial that has ended.
    """

    fit_budget: Callable[[Values], Values]
    after_trial: Callable[[str], None]

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

    # KerasTuner writes in place: a kill would leave half a file.
    def save(self) -> None:
        """Writes the state of the search."""
        write_text(Path(self._get_oracle_fname()), json.dumps(self.get_state()))

    def _save_trial(self, trial):
        folder = Path(self._get_trial_dir(trial.trial_id))
        write_text(folder / "trial.json", json.dumps(trial.get_state()))


class _Random(_Searching, keras_tuner.oracles.RandomSearchOracle):
    pass


class _Bayesian(_Searching, keras_tuner.oracles.BayesianOptimizationOracle):
    pass


class _Hyperband(_Searching, keras_tuner.oracles.HyperbandOracle):
    pass


def make_oracle(plan: Plan) -> keras_tuner.Oracle:
    """Makes what proposes the trials of a search."""
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
