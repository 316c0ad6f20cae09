"""A stopped and resumed run ends with the weights of an uninterrupted one."""

import signal
import time

import numpy as np
import pytest
from shared import TINY, begin, call, log_of, refuses, wait_for, weights

LENGTH = ["--epochs", "3", "--steps-per-epoch", "60"]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, data_dir):
    """A run that is not stopped."""
    folder = tmp_path_factory.mktemp("uninterrupted") / "run"
    start_fit(folder, data_dir).communicate()
    return folder


def start_fit(folder, data_dir):
    return begin(
        *("hcvae_tf.fit", *TINY, *LENGTH, "--word-dropout", 0.2),
        *("--data-dir", data_dir, "--run-dir", folder),
    )


def stop(process, folder, number):
    """Sends a signal during the second epoch; returns stderr."""
    wait_for((folder / "checkpoints" / "last.keras").exists, process)
    time.sleep(0.2)
    process.send_signal(number)
    _, errors = process.communicate(timeout=100)
    assert process.returncode != 0, "the run ended before the signal"
    return errors


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    number, uninterrupted, tmp_path, data_dir, capfd
):
    folder = tmp_path / "run"
    process = start_fit(folder, data_dir)
    errors = stop(process, folder, number)
    if number == signal.SIGTERM:
        assert process.returncode == 128 + number
        assert "Traceback" not in errors
        assert f"--resume {folder}" in errors.splitlines()[-1]
    resumed = call(capfd, "hcvae_tf.fit", "--resume", folder)
    assert resumed.status == 0, resumed.err
    expected, found = weights(uninterrupted), weights(folder)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)
    for run in (uninterrupted, folder):
        assert [row["epoch"] for row in log_of(run)] == ["1", "2", "3"]


def test_a_stop_at_the_last_step_of_an_epoch_keeps_the_epoch(
    tmp_path, data_dir, capfd
):
    """With one step per epoch, each step is the last one of its epoch."""
    folder = tmp_path / "run"
    process = begin(
        *("hcvae_tf.fit", *TINY, "--epochs", 500, "--steps-per-epoch", 1),
        *("--data-dir", data_dir, "--run-dir", folder),
    )
    stop(process, folder, signal.SIGTERM)
    rows = log_of(folder)
    epochs = [int(row["epoch"]) for row in rows]
    assert epochs == list(range(1, len(rows) + 1))
    more = len(rows) + 2
    (folder / "config.json").write_text(
        (folder / "config.json")
        .read_text()
        .replace('"epochs": 500', f'"epochs": {more}')
    )
    assert call(capfd, "hcvae_tf.fit", "--resume", folder).status == 0
    rows = log_of(folder)
    assert [int(row["epoch"]) for row in rows] == list(range(1, more + 1))
    assert (folder / "model.keras").exists()


def test_resume_accepts_more_epochs_and_no_other_setting(run_copy, capfd):
    result = call(capfd, "hcvae_tf.fit", "--resume", run_copy, "--alpha", 0.5)
    refuses(result, "only --epochs")
    result = call(capfd, "hcvae_tf.fit", "--resume", run_copy, "--epochs", 1)
    refuses(result, "fewer than the run's 2")
    result = call(
        *(capfd, "hcvae_tf.fit", "--resume", run_copy, "--preset", "small")
    )
    refuses(result, "only one of")
    result = call(capfd, "hcvae_tf.fit", "--resume", run_copy, "--epochs", 3)
    assert result.status == 0, result.err
    assert [row["step"] for row in log_of(run_copy)] == ["4", "8", "12"]
