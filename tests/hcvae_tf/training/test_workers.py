"""Two processes that train one model, against one with the whole batch."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from shared import (
    TINY,
    begin,
    call,
    free_addresses,
    log_of,
    refuses,
    weights,
)

# The last batch of validation is smaller, and clipping and noise show.
FLAGS = [
    *(*TINY, "--epochs", 2, "--steps-per-epoch", 30, "--word-dropout", 0.2),
    *("--validation-batches", 9, "--batch-size", 12, "--clip-norm", 20),
]
ROWS = ["epoch", "step", "loss", "reconstruction", "kl", "bits_per_char"]
ROWS += [f"val_{name}" for name in ROWS[2:]]


def together(*commands):
    """Starts a command for each worker, the chief first."""
    hosts = free_addresses(len(commands))
    started = []
    for index, command in enumerate(commands):
        task = {"type": "worker", "index": index}
        cluster = {"worker": hosts}
        with pytest.MonkeyPatch.context() as patch:
            text = json.dumps({"cluster": cluster, "task": task})
            patch.setenv("TF_CONFIG", text)
            started.append(begin(*command))
    return started


def finish(processes):
    errors = [process.communicate(timeout=300)[1] for process in processes]
    return [process.returncode for process in processes], errors


def fit(folder, data_dir, *flags):
    place = ["--data-dir", data_dir, "--run-dir", folder]
    return ("hcvae_tf.fit", *FLAGS, *place, *flags)


@pytest.fixture(scope="module")
def pair(tmp_path_factory, data_dir):
    """A run of two workers that nothing disturbs."""
    folder = tmp_path_factory.mktemp("pair")
    # What the second worker would write would show.
    runs = folder / "run", folder / "other"
    states, errors = finish(together(*[fit(run, data_dir) for run in runs]))
    assert states == [0, 0], errors
    return runs[0]


def assert_close(one, other):
    """Within rounding, of the largest entry of each array."""
    assert one.keys() == other.keys()
    for name, value in one.items():
        most = 5e-3 * np.abs(value).max(initial=1e-12)
        np.testing.assert_allclose(
            other[name], value, rtol=0, atol=most, err_msg=name
        )


def test_two_workers_are_one_with_the_whole_batch(
    pair, tmp_path, data_dir, capfd
):
    command, *flags = fit(tmp_path / "one", data_dir)
    assert call(capfd, command, *flags).status == 0
    one, two = log_of(tmp_path / "one"), log_of(pair)
    assert len(one) == len(two) == 2
    for expected, found in zip(one, two, strict=True):
        for name in ROWS:
            assert float(found[name]) == pytest.approx(
                float(expected[name]), rel=1e-4, abs=1e-4
            ), name
    assert_close(weights(tmp_path / "one"), weights(pair))


def test_the_chief_alone_writes(pair):
    assert (pair / "model.keras").exists()
    assert sorted(pair.parent.iterdir()) == [pair]


def wait_for(file, processes):
    deadline = time.monotonic() + 200
    while not file.exists():
        assert all(process.poll() is None for process in processes)
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("victim", "number"),
    [
        (1, signal.SIGKILL),
        pytest.param(1, signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(0, signal.SIGKILL, marks=pytest.mark.slow),
    ],
)
def test_after_a_worker_was_stopped_all_go_on(
    victim, number, pair, tmp_path, data_dir
):
    folder = tmp_path / "run"
    processes = together(*[fit(folder, data_dir)] * 2)
    wait_for(folder / "checkpoints" / "last.keras", processes)
    processes[victim].send_signal(number)
    states, errors = finish(processes)
    if number == signal.SIGTERM:
        assert states == [128 + number] * 2
    else:
        assert states[victim] == -number
        assert states[1 - victim] == 2
        line = errors[1 - victim].splitlines()[-1]
        assert line.startswith("error: another worker is gone")
        assert f"--resume {folder}" in line
    again = ("hcvae_tf.fit", "--resume", folder)
    states, errors = finish(together(again, again))
    assert states == [0, 0], errors
    assert_close(weights(pair), weights(folder))
    assert [row["epoch"] for row in log_of(folder)] == ["1", "2"]


def test_one_process_goes_on_with_what_two_began(pair, tmp_path, capfd):
    folder = shutil.copytree(pair, tmp_path / "run")
    flags = ["--strategy", "one", "--epochs", 3]
    resumed = call(capfd, "hcvae_tf.fit", "--resume", folder, *flags)
    assert resumed.status == 0, resumed.err
    assert [row["epoch"] for row in log_of(folder)] == ["1", "2", "3"]


def test_workers_that_differ_are_refused(tmp_path, data_dir):
    folder = tmp_path / "run"
    commands = (
        fit(folder, data_dir),
        fit(folder, data_dir, "--decoder-units", 4),
    )
    states, errors = finish(together(*commands))
    assert states == [2, 2]
    for text in errors:
        assert "worker 1 has other settings" in text.splitlines()[-1]
    assert not folder.exists()


def test_several_workers_need_a_folder(monkeypatch, capfd):
    cluster = {"worker": ["a:1", "b:1"]}
    task = {"type": "worker", "index": 1}
    text = json.dumps({"cluster": cluster, "task": task})
    monkeypatch.setenv("TF_CONFIG", text)
    refuses(call(capfd, "hcvae_tf.fit", *TINY), "--run-dir")


def test_a_batch_that_cannot_be_shared_is_refused(tmp_path, data_dir):
    command = fit(tmp_path / "run", data_dir, "--batch-size", 9)
    states, errors = finish(together(command, command))
    assert states == [2, 2]
    for text in errors:
        assert "choose a multiple of 2" in text.splitlines()[-1]


SCRIPT = """
import sys
from hcvae_tf.training.distribution import Distribution
here = Distribution("multiworker")
import numpy as np
import tensorflow as tf
from shared import small_config
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary

with here.strategy.scope():
    model = compiled_model(small_config(), Vocabulary(b" abcdefgh"))
tokens = np.random.default_rng(0).integers(3, 12, (6, 4, 9), np.int32)
data = tf.data.Dataset.from_tensor_slices(tokens)
model.fit(here.batches(data, 4), verbose=0)
assert here.gather(here.cluster.index + 5) == [5, 6]
assert here.any(here.cluster.index == 1) and not here.any(False)
np.savez(sys.argv[1], *[weight.numpy() for weight in model.weights])
"""


def test_both_workers_have_the_same_weights(tmp_path, monkeypatch):
    helpers = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{helpers}")
    files = [tmp_path / "0.npz", tmp_path / "1.npz"]
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    states, errors = finish(together(*[("train", file) for file in files]))
    assert states == [0, 0], errors
    one, other = map(np.load, files)
    assert len(one.files) > 10
    for name in one.files:
        np.testing.assert_array_equal(one[name], other[name])
