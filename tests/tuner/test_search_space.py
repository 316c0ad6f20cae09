"""The search space, the limit on parameters and the plan's file."""

import dataclasses

import keras_tuner
import numpy as np
import pytest
import tensorflow as tf
from shared import small_config

from hcvae_tf.training.compiled_model import compiled_model
from pipelines.errors import UserError
from pipelines.vocabulary import Vocabulary
from tuner.plan import Plan
from tuner.ranges import Range
from tuner.search_space import TextVAESearchSpace

RANGES = {
    "alpha": Range(0.1, 1.0),
    "z_size": Range(4, 12),
    "maps": Range(8, 40),
    "decoder_units": Range(16, 80),
}
PLAN = Plan(small_config(), RANGES, "random", 3, 5.0, None)


@pytest.fixture
def vocabulary():
    return Vocabulary(b" abcdefgh")


def test_values_are_set_in_the_config(vocabulary):
    hp = keras_tuner.HyperParameters()
    hp.values = {"alpha": 0.5, "z_size": 12, "maps": 16, "decoder_units": 48}
    config = TextVAESearchSpace(PLAN, vocabulary).config(hp)
    assert config.objective.alpha == 0.5
    assert config.model.z_size == 12
    # The layers keep the ratio 8 : 12 of the settings.
    assert config.model.maps == (16, 24)
    assert config.model.decoder_units == 48
    assert config.training == PLAN.settings.training


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_within_budget_narrows_large_models(vocabulary, share):
    def parameters(values):
        return compiled_model(PLAN.at(values), vocabulary).count_params()

    low, high = (
        {name: ends[end] for name, ends in RANGES.items()} for end in (0, 1)
    )
    small, large = parameters(low), parameters(high)
    max_params = round(small + share * (large - small))
    plan = dataclasses.replace(PLAN, max_params=max_params)
    space = TextVAESearchSpace(plan, vocabulary)
    asked = {**high, "alpha": 0.3, "tuner/epochs": 2}
    narrowed = space.within_budget(asked)
    assert small <= parameters(narrowed) <= max_params
    # Other values are kept, and the widths cannot all grow by one step.
    assert narrowed["alpha"] == 0.3
    assert narrowed["tuner/epochs"] == 2
    steps = {"z_size": 8, "maps": 8, "decoder_units": 16}
    for name in steps:
        assert RANGES[name].low <= narrowed[name] <= RANGES[name].high
    wider = {
        name: min(narrowed[name] + step, RANGES[name].high)
        for name, step in steps.items()
    }
    assert parameters({**narrowed, **wider}) > max_params
    assert space.within_budget(narrowed) == narrowed


def test_a_budget_below_the_smallest_model_is_refused(vocabulary):
    plan = dataclasses.replace(PLAN, max_params=100)
    with pytest.raises(UserError, match="`max_params`"):
        TextVAESearchSpace(plan, vocabulary).check()


@pytest.mark.slow
def test_keras_tuner_accepts_the_search_space(vocabulary, tmp_path):
    tokens = np.random.default_rng(0).integers(3, 12, (8, 9), np.int32)
    data = tf.data.Dataset.from_tensor_slices(tokens).batch(4)
    tuner = keras_tuner.RandomSearch(
        TextVAESearchSpace(PLAN, vocabulary),
        keras_tuner.Objective("val_negative_elbo", "min"),
        max_trials=2,
        directory=tmp_path,
    )
    tuner.search(data, validation_data=data, epochs=1, verbose=0)
    trials = tuner.oracle.trials.values()
    values = [trial.hyperparameters.values for trial in trials]
    assert len(values) == 2
    assert values[0] != values[1]
    for point in values:
        for name, ends in RANGES.items():
            assert ends.low <= point[name] <= ends.high
