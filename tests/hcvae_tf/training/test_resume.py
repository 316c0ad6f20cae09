"""A run that is stopped ends with the weights of one that never was."""

import csv
import signal
import time

import numpy as np
import pytest
from shared import TINY, begin, call, refuses, weights

LENGTH = ["--epochs", "3", "--steps-per-epoch", "60"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory, data_dir):
    """A run that nothing disturbs."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    fit(folder, data_dir).communicate()
    return folder


def fit(folder, data_dir):
    return begin(
        *("hcvae_tf.fit", *TINY, *LENGTH, "--word-dropout", 0.2),
        *("--data-dir", data_dir, "--run-dir", folder),
    )


def stop(process, folder, number):
    """Sends a signal in the midst of the second epoch."""
    saved = folder / "checkpoints" / "last.keras"
    deadline = time.monotonic() + 200
    while not saved.exists() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.2)
    process.send_signal(number)
    _, errors = process.communicate(timeout=100)
    assert process.returncode != 0, "it finished before the signal came"
    return errors


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_bit_for_bit(number, whole, tmp_path, data_dir, capfd):
    folder = tmp_path / "run"
    process = fit(folder, data_dir)
    errors = stop(process, folder, number)
    if number == signal.SIGTERM:
        assert process.returncode == 128 + number
        assert "Traceback" not in errors
        assert f"--resume {folder}" in errors.splitlines()[-1]
    resumed = call(capfd, "hcvae_tf.fit", "--resume", folder)
    assert resumed.status == 0, resumed.err
    expected, found = weights(whole), weights(folder)
    assert expected.keys() == found.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)
    logs = [
        [row["epoch"] for row in csv.DictReader((f / "log.csv").open())]
        for f in (whole, folder)
    ]
    assert logs[0] == logs[1] == ["1", "2", "3"]


def test_a_stop_at_the_last_step_does_not_lose_the_epoch(
    tmp_path, data_dir, capfd
):
    """With one step an epoch, every stop is at a last step."""
    folder = tmp_path / "run"
    process = begin(
        *("hcvae_tf.fit", *TINY, "--epochs", 500, "--steps-per-epoch", 1),
        *("--data-dir", data_dir, "--run-dir", folder),
    )
    stop(process, folder, signal.SIGTERM)
    rows = list(csv.DictReader((folder / "log.csv").open()))
    epochs = [int(row["epoch"]) for row in rows]
    assert epochs == list(range(1, len(rows) + 1))
    more = len(rows) + 2
    (folder / "config.json").write_text(
        (folder / "config.json")
        .read_text()
        .replace('"epochs": 500', f'"epochs": {more}')
    )
    assert call(capfd, "hcvae_tf.fit", "--resume", folder).status == 0
    rows = list(csv.DictReader((folder / "log.csv").open()))
    assert [int(row["epoch"]) for row in rows] == list(range(1, more + 1))
    assert (folder / "model.keras").exists()


def test_more_epochs_and_nothing_else_can_be_asked_for(run_copy, capfd):
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
    rows = list(csv.DictReader((run_copy / "log.csv").open()))
    assert [row["step"] for row in rows] == ["4", "8", "12"]
