"""Trials that go on where an earlier process has stopped."""

import pytest
from shared import small_config

from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training import loop
from tuner.trial import _start_or_resume


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """A run of a trial, its settings, and what was started or resumed."""
    # Schedules are shares of the training, as in the presets.
    config = small_config(
        objective={"kl_start": 0.1, "kl_end": 0.3},
        training={"epochs": 2, "steps_per_epoch": 10},
    )
    run = RunFolder(tmp_path / "trial")
    run.create(config.in_steps(), "{}", {})
    called = []
    for name in ("start", "resume"):
        monkeypatch.setattr(
            loop,
            name,
            lambda _, config, name=name: called.append((name, config)),
        )
    return run, config, called


def test_a_trial_that_has_begun_is_resumed(begun):
    run, config, called = begun
    assert _start_or_resume(run, config) == 0
    assert called == [("resume", config.in_steps())]


def test_a_trial_goes_on_for_more_epochs_with_its_schedules(begun):
    run, config, called = begun
    assert _start_or_resume(run, config.replace("training", epochs=6)) == 0
    ((name, resumed),) = called
    assert (name, resumed.training.epochs) == ("resume", 6)
    assert (resumed.objective.kl_start, resumed.objective.kl_end) == (2, 6)


def test_a_run_of_other_settings_is_trained_anew(begun):
    run, config, called = begun
    other = config.replace("model", z_size=config.model.z_size + 1)
    assert _start_or_resume(run, other) == 0
    assert called == [("start", other)]
    assert not run.folder.exists()
