"""Checks that the private API used by `tuner.compat` still exists."""

import keras_tuner
import keras_tuner.src.config
import pytest

from tuner import compat
from tuner.oracles import OBJECTIVE


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (keras_tuner.Oracle, "_save_trial"),
        (keras_tuner.Oracle, "_get_trial_dir"),
        (keras_tuner.Oracle, "_get_oracle_fname"),
        (keras_tuner.Tuner, "_get_tuner_fname"),
        (keras_tuner.Tuner, "_is_worker"),
        (keras_tuner.Tuner, "pre_create_trial"),
        (keras_tuner.src.config, "DEBUG"),
    ],
)
def test_keras_tuner_has_the_methods(owner, name):
    assert hasattr(owner, name), f"keras-tuner has no {owner}.{name}"


def test_oracle_has_the_attributes():
    oracle = keras_tuner.oracles.RandomSearchOracle(objective=OBJECTIVE)
    for name, kind in {
        "trials": dict,
        "start_order": list,
        "ongoing_trials": dict,
        "_retry_queue": list,
    }.items():
        assert isinstance(getattr(oracle, name, None), kind), name
    assert "ongoing_trials" in oracle.get_state()


def test_hide_tracebacks_turns_debugging_off(monkeypatch):
    monkeypatch.setattr(keras_tuner.src.config, "DEBUG", True)
    compat.hide_tracebacks()
    assert not keras_tuner.src.config.DEBUG
