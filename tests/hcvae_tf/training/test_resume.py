"""A stopped and resumed run ends with the weights of an uninterrupted one."""

import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from shared import (
    TINY,
    assert_all_equal,
    begin,
    log_of,
    refuses,
    stop,
    succeeds,
    train,
    wait_for,
    wait_for_checkpoint,
    weights,
)

from hcvae_tf.storage.model_file import load_model, save_model
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training import loop
from hcvae_tf.training.checkpointing import save_best
from hcvae_tf.training.outcome import measure

pytestmark = pytest.mark.long


def begin_fit(folder, data_dir, *flags):
    folders = ["--data-dir", data_dir, "--run-dir", folder]
    return begin("hcvae_tf.fit", *TINY, *folders, *flags)


# In the last epoch batch norms use moving statistics.
FLAGS = [
    *("--epochs", 3, "--steps-per-epoch", 60, "--word-dropout", 0.2),
    *("--group-by-length", "--batch-statistics", 0.6),
]


def assert_equal_runs(*folders):
    """Checks that complete runs are equal, bit for bit."""
    assert_all_equal(*map(weights, folders))
    for run in folders:
        assert [row["epoch"] for row in log_of(run)] == ["1", "2", "3"]


def test_a_run_that_was_killed_equals_one_that_was_not(
    tmp_path, data_dir, command
):
    """The copy has what a killed process would have left at that time."""
    folder = tmp_path / "uninterrupted"
    process = begin_fit(folder, data_dir, *FLAGS)
    wait_for_checkpoint(folder, process)
    process.send_signal(signal.SIGSTOP)
    try:
        state = Path(f"/proc/{process.pid}/stat")
        wait_for(lambda: state.read_text().rpartition(") ")[2][0] == "T")
        copy = shutil.copytree(folder, tmp_path / "copy")
    finally:
        process.send_signal(signal.SIGCONT)
    assert len(log_of(copy)) < 3
    _, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    succeeds(command("fit", "--resume", copy))
    assert_equal_runs(copy, folder)


@pytest.mark.slow
@pytest.mark.parametrize("units", ["characters", "subwords"])
def test_a_run_that_was_stopped_equals_one_that_was_not(
    units, tmp_path, data_dir, command
):
    """Wherever in its epochs a signal comes."""
    flags = [*FLAGS, "--units", units]
    if units == "subwords":
        flags += ["--vocabulary-size", 560, "--length", 24]
    uninterrupted = train(tmp_path / "uninterrupted", data_dir, *flags)
    folder = tmp_path / "run"
    process = begin_fit(folder, data_dir, *flags)
    wait_for_checkpoint(folder, process)
    stop(process, signal.SIGTERM)
    process = begin("hcvae_tf.fit", "--resume", folder)
    wait_for(lambda: len(log_of(folder)) == 2, process)
    stop(process, signal.SIGKILL)
    succeeds(command("fit", "--resume", folder))
    assert_equal_runs(folder, uninterrupted)


@pytest.mark.slow
def test_a_stop_at_the_last_step_of_an_epoch_keeps_the_epoch(
    tmp_path, data_dir, command
):
    """With one step per epoch, each step is the last one of its epoch."""
    folder = tmp_path / "run"
    length = ["--epochs", 500, "--steps-per-epoch", 1]
    process = begin_fit(folder, data_dir, *length)
    wait_for_checkpoint(folder, process)
    errors = stop(process, signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    assert f"--resume {folder}" in errors.splitlines()[-1]
    rows = log_of(folder)
    epochs = [int(row["epoch"]) for row in rows]
    assert epochs == list(range(1, len(rows) + 1))
    more = len(rows) + 2
    config = folder / "config.json"
    settings = config.read_text()
    config.write_text(settings.replace('"epochs": 500', f'"epochs": {more}'))
    succeeds(command("fit", "--resume", folder))
    rows = log_of(folder)
    assert [int(row["epoch"]) for row in rows] == list(range(1, more + 1))
    assert (folder / "model.keras").exists()


def test_resume_accepts_more_epochs_and_no_other_setting(run_copy, command):
    resume = ("fit", "--resume", run_copy)
    refuses(command(*resume, "--alpha", 0.5), "only --epochs")
    refuses(command(*resume, "--epochs", 1), "fewer than the run's 2")
    refuses(command(*resume, "--preset", "small"), "only one of")


@pytest.mark.slow
def test_a_finished_run_is_given_more_epochs(run_copy, command):
    succeeds(command("fit", "--resume", run_copy, "--epochs", 3))
    assert [row["step"] for row in log_of(run_copy)] == ["4", "8", "12"]


@pytest.fixture
def resumed(monkeypatch):
    """The models that resumed trainings would go on with."""
    models = []
    monkeypatch.setattr(loop, "_fit", lambda *args: models.append(args[3]))
    return models


def test_a_run_is_compiled_for_the_machine_that_resumes_it(run_copy, resumed):
    """XLA compiles the step of one GPU; on a CPU it makes it slower."""
    run = RunFolder(run_copy)
    here = load_model(run.last)
    elsewhere = not here.jit_compile
    here.compile(here.optimizer, jit_compile=elsewhere)
    with run.recording_digest(run.last):
        save_model(here, run.last, "")
    assert load_model(run.last).jit_compile == elsewhere
    loop.resume(run, run.read_config())
    assert [model.jit_compile for model in resumed] == [not elsewhere]


def test_a_longer_training_that_was_killed_at_once_keeps_its_learning_rate(
    run_copy, resumed
):
    """Its settings are written before it has a checkpoint of its own."""
    run = RunFolder(run_copy)
    for _ in ("killed", "resumed"):
        longer = run.read_config().replace("training", epochs=4)
        loop.resume(run, longer)
    rates = [float(model.optimizer.learning_rate) for model in resumed]
    # Half of 16 steps are done.
    assert rates == pytest.approx([longer.training.learning_rate / 2] * 2)


def test_the_best_model_is_saved_again_if_it_is_gone(run_copy):
    """As after a message that says to move a damaged one away."""
    run = RunFolder(run_copy)
    model = load_model(run.last)
    run.best.unlink()
    save_best(run, model, 3, 4, {"val_negative_elbo": 1e6})
    assert run.best.exists()
    save_best(run, model, 4, 4, {"val_negative_elbo": 2e6})
    assert run.read_best_score()["epoch"] == 3


def test_a_model_without_its_checkpoint_is_not_trained_anew(run_copy, command):
    shutil.rmtree(run_copy / "checkpoints")
    before = (run_copy / "log.csv").read_text()
    for flags in ([], ["--epochs", 3]):
        result = command("fit", "--resume", run_copy, *flags)
        refuses(result, "is missing", f"--from {run_copy}")
    assert (run_copy / "log.csv").read_text() == before


def test_a_log_without_the_kept_epoch_has_no_summary(run_copy):
    run = RunFolder(run_copy)
    run.best_score.write_text('{"epoch": 9, "val_negative_elbo": 1.0}')
    assert measure(run, None, None, SimpleNamespace(guard=None)) is None
