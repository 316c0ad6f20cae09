"""Trainings of a given time: how they are planned."""

import math
import time

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from shared import PARTS, log_of, refuses, small_config, succeeds

from hcvae_tf import fit as fit_command
from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import PRESETS, SIZES, Size
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training import planning
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.time_budget import (
    StepTime,
    TimeBudget,
    plan,
    seconds_beside_epochs,
    seconds_of,
    seconds_per_epoch,
    time_step,
)
from pipelines.load import load

pytestmark = pytest.mark.long


@given(
    name=st.sampled_from(sorted(PRESETS)),
    minutes=st.floats(1, 600),
    step=st.floats(0.01, 2),
)
def test_a_planned_training_takes_its_time_and_little_else(name, minutes, step):
    config = PRESETS[name]
    planned = plan(config, 60 * minutes, StepTime(step), 2_000_000).training
    steps = planned.steps * step
    validation = planned.epochs * planned.validation_batches * 0.45 * step
    others = seconds_beside_epochs(StepTime(step))
    assert steps + validation + others <= 60 * minutes + step
    if minutes >= 20 and step < 1:
        assert steps > 0.88 * (60 * minutes - others)
        assert validation <= 0.06 * 60 * minutes


@given(
    name=st.sampled_from(sorted(PRESETS)),
    minutes=st.floats(3, 600),
    step=st.floats(0.01, 0.5),
)
def test_schedules_keep_their_shares(name, minutes, step):
    config = PRESETS[name]
    planned = plan(config.in_shares(), 60 * minutes, StepTime(step), 2_000_000)
    old, new = config.training, planned.training
    objective = config.objective.in_steps(old.steps)
    if objective.kl_grows:
        for end in ("kl_start", "kl_end"):
            found = planned.objective.in_steps(new.steps)
            share = getattr(found, end) / new.steps
            limit = 1.0 if end == "kl_end" else 0.99
            usual = min(getattr(objective, end) / old.steps, limit)
            assert share == pytest.approx(usual, abs=0.02 + 2 / new.steps)
    if old.schedule == "epochs" and new.epochs > new.decay_after:
        factor = old.decay ** (old.epochs - old.decay_after)
        found = new.decay ** (new.epochs - new.decay_after)
        assert found == pytest.approx(factor, rel=1e-6)


def test_a_larger_model_is_chosen_when_there_is_time():
    larger = tuple((PRESETS[size.preset], size) for size in SIZES[1:])
    chosen = TimeBudget(600, larger=larger).largest
    assert chosen(6_000, math.inf) is None
    assert chosen(180_000, math.inf) == PRESETS["medium"]
    assert chosen(1_200_000, math.inf) == PRESETS["medium"]
    # As many of its own steps, not of the smaller one's, are useful.
    assert chosen(180_000, 30_000) == PRESETS["medium"]
    assert chosen(180_000, 29_000) is None
    assert TimeBudget(600).largest(180_000, math.inf) is None


def test_timing_changes_nothing(make_model, random_tokens):
    model = make_model(length=9)
    data = tf.data.Dataset.from_tensors(random_tokens(4, 9)).repeat()
    variables = [*model.variables, *model.optimizer.variables]
    before = [variable.numpy() for variable in variables]
    found = time_step(model, data, Distribution(), 0.2)
    assert 0 < found.step < 1
    # Its first step was traced.
    assert found.compiling > 10 * found.step
    for variable, value in zip(variables, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


@given(
    name=st.sampled_from(("small", "ptb-hybrid")),
    compiling=st.floats(0, 200),
)
def test_what_is_compiled_again_takes_its_time(name, compiling):
    config = PRESETS[name]
    fast, slow = (
        plan(config, 1200, StepTime(0.01, seconds), 2_000_000).training.steps
        for seconds in (0.0, compiling)
    )
    # The step and the validation.
    missing = 0.01 * (fast - slow)
    assert missing == pytest.approx(1.3 * compiling, rel=0.1, abs=2)


def test_steps_that_are_given_stay():
    settings = PRESETS["small"].in_shares().replace("objective", kl_start=30)
    planned = plan(settings, 1200, StepTime(0.1), 2_000_000)
    assert planned.objective.kl_start == 30
    assert planned.objective.kl_end == settings.objective.kl_end


def test_the_time_of_an_epoch():
    config = Config().replace("training", steps_per_epoch=100)
    # 100 + 50 * 0.45 steps, and saving.
    found = seconds_per_epoch(config, 0.1, 1_000)
    assert found == pytest.approx(122.5 * 0.1 + 0.7, rel=1e-3)


@given(
    steps=st.integers(500, 100_000),
    step=st.floats(0.02, 2),
    compiling=st.floats(0, 100),
)
def test_the_time_of_a_number_of_steps(steps, step, compiling):
    time_of = StepTime(step, compiling)
    seconds = seconds_of(steps, time_of)
    found = plan(PRESETS["small"], seconds, time_of, 2_000_000).training
    assert found.steps == pytest.approx(steps, rel=0.25)


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 1_200), (8, 500)])
def test_few_texts_are_read_some_times_only(
    batch_size, steps, data_dir, capsys, monkeypatch
):
    """How long that takes does not depend on the minutes."""
    name = "hcvae_tf.training.planning.time_step"
    monkeypatch.setattr(name, lambda *_: StepTime(0.05))
    corpus = load("tweets/synthetic", texts=200, data_dir=str(data_dir))
    config = small_config(length=48, training={"batch_size": batch_size})
    budget = TimeBudget(60)
    found, _ = planning.planned(config, corpus, budget, Distribution())
    # Six times, but no fewer steps than make a useful model.
    assert found.training.steps == pytest.approx(steps, rel=0.25)
    assert "learned by heart; more texts help" in capsys.readouterr().err


def test_a_larger_model_is_resolved_as_any_other(data_dir, capsys, monkeypatch):
    """It reads its own subwords, and a language model has no KL to weigh."""
    name = "hcvae_tf.training.planning.time_step"
    monkeypatch.setattr(name, lambda *_: StepTime(0.05))
    corpus = load(
        "tweets/synthetic", texts=200, data_dir=str(data_dir), subwords=300
    )
    small, large = (
        small_config(length=24, **PARTS["language-model"]).replace(
            "data",
            units="subwords",
            vocabulary_size=size,
            dataset="tweets/synthetic",
            texts=200,
            data_dir=str(data_dir),
        )
        for size in (300, 320)
    )
    budget = TimeBudget(60, larger=((large, Size("large", 0, 1.5)),))
    capsys.readouterr()
    found, read = planning.planned(small, corpus, budget, Distribution())
    assert "found" not in capsys.readouterr().err
    assert found.data == large.data
    assert found.in_steps().objective.kl == "constant"
    assert read.vocabulary.size == 320
    assert corpus.vocabulary.size == 300


def test_data_is_prepared_outside_of_the_minutes():
    budget = TimeBudget(10)
    with budget.paused():
        time.sleep(0.2)
    assert budget.seconds_left > 600 - 0.1


@pytest.mark.slow
def test_fit_takes_minutes(fit, command, tmp_path):
    begin = time.monotonic()
    result = succeeds(fit("--minutes", 0.3))
    seconds = time.monotonic() - begin
    # This process has imported TensorFlow already.
    assert seconds < 34
    folder = tmp_path / "run"
    config = RunFolder(folder).read_config()
    rows = log_of(folder)
    assert int(rows[-1]["step"]) == config.training.steps
    assert f"{config.training.steps:,} steps" in result.err
    # The settings are those of the training: the same again, step for step.
    again = tmp_path / "again"
    succeeds(
        command("fit", "--config", folder / "config.json", "--run-dir", again)
    )
    for old, new in zip(rows, log_of(again), strict=True):
        assert old["val_negative_elbo"] == new["val_negative_elbo"]


@pytest.mark.slow
def test_a_finished_run_is_trained_further(run_copy, command):
    steps = int(log_of(run_copy)[-1]["step"])
    objective = RunFolder(run_copy).read_config().objective
    result = succeeds(command("fit", "--resume", run_copy, "--minutes", 0.3))
    assert "more epochs" in result.err
    assert RunFolder(run_copy).read_config().objective == objective
    rows = log_of(run_copy)
    assert int(rows[-1]["step"]) > steps
    assert int(rows[-1]["step"]) == (
        RunFolder(run_copy).read_config().training.steps
    )


def test_less_than_an_epoch_more_is_refused(run_copy, command, monkeypatch):
    name = "hcvae_tf.training.planning.time_step"
    monkeypatch.setattr(name, lambda *_: StepTime(1000.0))
    before = (run_copy / "config.json").read_text()
    result = command("fit", "--resume", run_copy, "--minutes", 0.3)
    refuses(result, "one more epoch", "--minutes must be")
    assert (run_copy / "config.json").read_text() == before


def test_minutes_that_cannot_be_are_refused(fit, command, run_copy):
    refuses(fit("--minutes", 0), "--minutes must be above 0")
    refuses(fit("--minutes", 1e6), "--minutes", "100,000")
    refuses(fit("--minutes", 3, "--epochs", 2), "--minutes", "--epochs")
    config = run_copy / "config.json"
    unfinished = config.read_text().replace('"epochs": 2', '"epochs": 3')
    finished = config.read_text()
    config.write_text(unfinished)
    resume = ("fit", "--resume", run_copy, "--minutes", 3)
    refuses(command(*resume), "is not finished", "--minutes")
    config.write_text(finished)
    (run_copy / "checkpoints" / "last.keras").unlink()
    refuses(command(*resume), "last.keras is missing", "--from")


def test_a_larger_model_is_found_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "mine.txt").write_text("a text\n")
    monkeypatch.chdir(tmp_path)
    data = ["--dataset", "lines", "--data-file", "mine.txt"]
    flags = [*data, "--data-dir", "data", "--minutes", "60"]
    budget = fit_command._budget(fit_command.read_command(flags), flags)
    for config, _ in budget.larger:
        assert config.data.data_file == str(tmp_path / "mine.txt")
        assert config.data.data_dir == str(tmp_path / "data")
