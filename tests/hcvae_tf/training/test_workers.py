"""Training by two workers, compared with one and the complete batch."""

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from shared import (
    TINY,
    assert_all_close,
    assert_all_equal,
    begin,
    free_addresses,
    log_of,
    refuses,
    small_config,
    succeeds,
    tf_config,
    train,
    wait_for_checkpoint,
    weights,
)

from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary

pytestmark = pytest.mark.long

# The last validation batch is smaller; clipping and noise have an effect.
FLAGS = [
    *("--epochs", 2, "--steps-per-epoch", 20, "--word-dropout", 0.2),
    *("--validation-batches", 9, "--batch-size", 12, "--clip-norm", 20),
    *("--units", "subwords", "--vocabulary-size", 560, "--length", 24),
    *("--group-by-length", "--batch-statistics", 0.5),
]
COLUMNS = ["epoch", "step", "loss", "reconstruction", "kl", "bits_per_char"]
COLUMNS += [f"val_{name}" for name in COLUMNS[2:]]


def start_workers(*commands):
    """Starts a command for each worker, the chief first."""
    cluster = {"worker": free_addresses(len(commands))}
    started = []
    for index, command in enumerate(commands):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TF_CONFIG", tf_config(cluster, index=index))
            started.append(begin(*command))
    return started


def finish(processes):
    """Waits for processes; returns their exit statuses and their stderr."""
    errors = [process.communicate(timeout=300)[1] for process in processes]
    return [process.returncode for process in processes], errors


def run_workers(*commands):
    """Runs a command for each worker; all must succeed."""
    states, errors = finish(start_workers(*commands))
    assert states == [0] * len(commands), errors


def all_refuse(words, *commands):
    """Checks that all workers refuse their command with these words."""
    states, errors = finish(start_workers(*commands))
    assert states == [2] * len(commands)
    for text in errors:
        assert words in text.splitlines()[-1]


def fit_command(folder, data_dir, *flags):
    folders = ["--data-dir", data_dir, "--run-dir", folder]
    return ("hcvae_tf.fit", *TINY, *FLAGS, *folders, *flags)


def train_with_a_stop(victim, number, run, data_dir):
    """Trains with two workers, one of which is stopped; resumes the run.

    Args:
        victim: index of the worker that is stopped.
        number: the signal that stops it.
        run: the run folder.
        data_dir: folder of the data.
    """
    processes = start_workers(*[fit_command(run, data_dir)] * 2)
    wait_for_checkpoint(run, *processes)
    processes[victim].send_signal(number)
    states, errors = finish(processes)
    if number == signal.SIGTERM:
        assert states == [128 + number] * 2
    else:
        assert states[victim] == -number
        assert states[1 - victim] == 2
        line = errors[1 - victim].splitlines()[-1]
        assert line.startswith("error: another worker has stopped")
        assert f"--resume {run}" in line
    run_workers(*[("hcvae_tf.fit", "--resume", run)] * 2)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory, data_dir):
    """A run of two workers."""
    folder = tmp_path_factory.mktemp("two_workers")
    # Another folder, so that files of the second worker would be found.
    runs = folder / "run", folder / "other"
    run_workers(*[fit_command(each, data_dir) for each in runs])
    return runs[0]


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory, data_dir):
    """The same run of one process that is not stopped."""
    return train(
        tmp_path_factory.mktemp("one_worker") / "run", data_dir, *FLAGS
    )


def assert_equal_weights(one, other):
    """Checks equality up to rounding errors of each array's largest entry."""
    one, other = weights(one), weights(other)
    assert one.keys() == other.keys()
    for name, value in one.items():
        atol = 5e-3 * np.abs(value).max(initial=1e-12)
        np.testing.assert_allclose(other[name], value, 0, atol, err_msg=name)


@pytest.mark.slow
def test_two_workers_equal_one_with_the_complete_batch(one_worker, two_workers):
    one, two = log_of(one_worker), log_of(two_workers)
    assert len(one) == len(two) == 2
    for expected, found in zip(one, two, strict=True):
        for name in COLUMNS:
            value = pytest.approx(float(expected[name]), rel=1e-4, abs=1e-4)
            assert float(found[name]) == value, name
    assert_equal_weights(one_worker, two_workers)


@pytest.mark.slow
def test_only_the_chief_writes_files(two_workers):
    assert (two_workers / "model.keras").exists()
    assert sorted(two_workers.parent.iterdir()) == [two_workers]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("victim", "number"),
    [(1, signal.SIGTERM), (1, signal.SIGKILL), (0, signal.SIGKILL)],
)
def test_a_run_is_resumed_after_a_worker_was_stopped(
    victim, number, one_worker, tmp_path, data_dir
):
    folder = tmp_path / "run"
    train_with_a_stop(victim, number, folder, data_dir)
    assert_equal_weights(one_worker, folder)
    assert [row["epoch"] for row in log_of(folder)] == ["1", "2"]


@pytest.mark.slow
def test_one_process_resumes_a_run_of_two_workers(
    two_workers, tmp_path, command
):
    folder = shutil.copytree(two_workers, tmp_path / "run")
    flags = ["--strategy", "one", "--epochs", 3]
    succeeds(command("fit", "--resume", folder, *flags))
    assert [row["epoch"] for row in log_of(folder)] == ["1", "2", "3"]


@pytest.mark.slow
def test_workers_with_different_settings_are_refused(tmp_path, data_dir):
    folder = tmp_path / "run"
    one = fit_command(folder, data_dir)
    other = fit_command(folder, data_dir, "--decoder-units", 4)
    all_refuse("worker 1 has different settings", one, other)
    assert not folder.exists()


def test_several_workers_need_a_run_folder(monkeypatch, command):
    config = tf_config({"worker": ["a:1", "b:1"]}, index=1)
    monkeypatch.setenv("TF_CONFIG", config)
    refuses(command("fit", *TINY), "--run-dir")


SCRIPT = """
import sys
from hcvae_tf.training.distribution import Distribution
distribution = Distribution("multiworker")
import numpy as np
import tensorflow as tf
from shared import small_config
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.errors import UserError
from pipelines.vocabulary import Vocabulary

# A small graph: other tests have LSTMs on two devices.
with distribution.strategy.scope():
    config = small_config(decoder="deconv")
    model = compiled_model(config, Vocabulary(b" abcdefgh"))
tokens = np.random.default_rng(0).integers(3, 12, (6, 4, 9), np.int32)
def stream(share):
    return tf.data.Dataset.from_tensor_slices(tokens[:, share.rows(4)])
model.fit(distribution.batches(stream, 4), verbose=0)
assert distribution.gather(distribution.cluster.index + 5) == [5, 6]
assert distribution.any_process(distribution.cluster.index == 1)
assert not distribution.any_process(False)
try:
    distribution.batches(stream, 9)
except UserError as error:
    assert "choose a multiple of 2" in str(error)
else:
    sys.exit("a batch size that two workers cannot share was accepted")
np.savez(sys.argv[1], *[weight.numpy() for weight in model.weights])
"""


def test_workers_share_batches_and_have_the_same_weights(tmp_path, monkeypatch):
    helpers = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{helpers}")
    files = [tmp_path / "0.npz", tmp_path / "1.npz"]
    (tmp_path / "train.py").write_text(SCRIPT)
    run_workers(*[("train", file) for file in files])
    one, other = (dict(np.load(file)) for file in files)
    assert len(one) > 10
    assert_all_equal(one, other)
    # As with the complete batches.
    config = small_config(decoder="deconv")
    model = compiled_model(config, Vocabulary(b" abcdefgh"))
    model.run_eagerly = True
    tokens = np.random.default_rng(0).integers(3, 12, (6, 4, 9), np.int32)
    data = tf.data.Dataset.from_tensor_slices(tokens)
    model.fit(data, shuffle=False, verbose=0)
    assert_all_close(one.values(), model.get_weights(), rtol=1e-3, atol=1e-4)
