"""Helpers that tests share: settings, commands, processes, runs."""

import contextlib
import csv
import importlib
import io
import json
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np
import pytest

from hcvae_tf import TrainedTextVAE, export, fit
from hcvae_tf.models.config import Config, ModelConfig, TrainingConfig
from hcvae_tf.models.objective import Objective
from pipelines.command_line import run_command

ROOT = Path(__file__).parents[2]

SYNTHETIC = ["--dataset", "tweets/synthetic", "--texts", "200"]
TINY_MODEL = [
    *("--length", "48", "--z-size", "4", "--maps", "8", "8"),
    *("--feature-size", "8", "--decoder-units", "8", "--encoder-units", "8"),
    *("--batch-size", "8", "--kl-start", "2", "--kl-end", "6"),
    *("--validation-batches", "2", "--precision", "float32"),
    *("--units", "characters"),
]
TINY = [*SYNTHETIC, *TINY_MODEL]

SMALL = {
    "z_size": 4,
    "maps": (8, 12),
    "feature_size": 10,
    "encoder_units": 16,
    "decoder_units": 16,
    "bytenet_layers": 2,
    "bytenet_width": 12,
}
PARTS = {
    "hybrid-lstm": {},
    "hybrid-bytenet": {"language_model": "bytenet"},
    "conv": {"decoder": "deconv"},
    "lstm-vae": {"encoder": "lstm", "decoder": "lstm"},
    "language-model": {"encoder": "none", "decoder": "lstm"},
}
# For what takes seconds with each: only the model of most presets is fast.
FIRST_OF_PARTS = [
    pytest.param(name, marks=pytest.mark.slow) if number else name
    for number, name in enumerate(PARTS)
]


def small_config(length=9, objective=None, training=None, **model):
    """Returns the settings of a model that trains in seconds."""
    objective = {"kl_start": 5, "kl_end": 10, **(objective or {})}
    training = {"batch_size": 4, "precision": "float32", **(training or {})}
    return Config(
        model=ModelConfig(**{**SMALL, **model}),
        objective=Objective(**objective),
        training=TrainingConfig(**training),
    ).replace("data", length=length)


def grammar_config(parts, length):
    """Returns the settings of a model that learns the grammar in seconds."""
    return small_config(
        **PARTS[parts],
        length=length,
        maps=(16, 24, 32),
        decoder_units=48,
        objective={"kl_start": 20, "kl_end": 60},
        training={"batch_size": 32, "learning_rate": 1e-2},
    )


class Result(NamedTuple):
    status: int
    out: str
    err: str


@contextlib.contextmanager
def command_line(*arguments):
    """Sets `sys.argv` for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", list(map(str, arguments)))
        yield


def call(capfd, module, *arguments):
    """Runs a command's `main` in this process."""
    main = importlib.import_module(module).main
    capfd.readouterr()
    with command_line(module, *arguments), pytest.raises(SystemExit) as end:
        run_command(main)
    return Result(end.value.code, *capfd.readouterr())


def train(folder, data_dir, *flags):
    """Trains a tiny run on the synthetic tweets; returns its folder.

    A file beside it, see `printed_by`, has what was printed to stderr.
    """
    folders = ["--data-dir", data_dir, "--run-dir", folder]
    with (
        command_line("fit", *TINY, *folders, *flags),
        _printed(folder).open("w") as errors,
        contextlib.redirect_stderr(errors),
    ):
        assert fit.main() == 0
    return folder


def printed_by(folder):
    """Returns what `train` printed to stderr while it trained a run."""
    return _printed(folder).read_text()


def _printed(folder):
    return folder.with_name(f"{folder.name}.err")


@contextlib.contextmanager
def loads(path, vae):
    """Lets `TrainedTextVAE.load` return a model that is loaded already.

    Loading a model and tracing what it does take seconds.
    """
    load = TrainedTextVAE.load

    def loaded(other, prior="fitted"):
        given = (str(other), prior) == (str(path), "fitted")
        return vae if given else load(other, prior)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainedTextVAE, "load", loaded)
        yield


def exported_once(made_once, name, run, vae):
    """Exports a run, whose model is loaded, once; returns the folder."""

    def make(folder):
        flags = [run, "--to", folder / "tiny"]
        with loads(run, vae), command_line("export", *flags):
            export.main()

    return made_once(name, make) / "tiny"


def train_on_batch(model, tokens, steps):
    """Trains a model for some steps on the same batch.

    A graph takes seconds to trace, which a few steps are not worth.
    """
    # Not above: hcvae_tf sets TensorFlow's log level before its import.
    import tensorflow as tf

    data = tf.data.Dataset.from_tensors(tokens).repeat()
    model.run_eagerly = steps < 10
    model.fit(data, steps_per_epoch=steps, verbose=0, shuffle=False)


def randomize(weights):
    """Draws weights from a standard normal; returns the generator."""
    rng = np.random.default_rng(0)
    for weight in weights:
        weight.assign(rng.normal(size=weight.shape))
    return rng


def weights(folder):
    """Returns the arrays of the last checkpoint, the optimizer's included."""
    with zipfile.ZipFile(folder / "checkpoints" / "last.keras") as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")))
    found = {}

    def collect(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    file.visititems(collect)
    assert any(name.startswith("optimizer") for name in found)
    return found


def _pairs(found, expected):
    """Yields the name and both arrays of each pair."""
    if not isinstance(expected, dict):
        found, expected = dict(enumerate(found)), dict(enumerate(expected))
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        yield str(name), found[name], value


def assert_all_equal(found, expected):
    """Checks that the arrays of two sequences or dictionaries are equal."""
    for name, one, other in _pairs(found, expected):
        np.testing.assert_array_equal(one, other, err_msg=name)


def assert_all_close(found, expected, **tolerance):
    """Checks the arrays of two sequences or dictionaries up to a tolerance."""
    for name, one, other in _pairs(found, expected):
        np.testing.assert_allclose(one, other, **tolerance, err_msg=name)


def changed_positions(before, after, tolerance=0.0):
    """Returns the positions (on axis 1) at which two arrays differ."""
    difference = np.abs(after - before).max(axis=(0, 2))
    return np.flatnonzero(difference > tolerance).tolist()


def save_and_load(model, folder):
    """Saves a model in a folder; returns the loaded one."""
    import keras

    model.save(folder / "model.keras")
    return keras.models.load_model(folder / "model.keras", safe_mode=True)


def log_of(folder):
    """Returns the rows of a run's log.csv."""
    with (folder / "log.csv").open() as file:
        return list(csv.DictReader(file))


def free_addresses(count):
    """Returns addresses of this machine where no server listens."""
    with contextlib.ExitStack() as stack:
        free = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in free:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in free]


def begin(module, *arguments):
    """Starts a command as a separate process."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition, *processes):
    """Waits until the condition is true; fails if a process ends before."""
    deadline = time.monotonic() + 200
    while not condition():
        for process in processes:
            assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_for_checkpoint(folder, *processes):
    """Waits until the first checkpoint of a run is written."""
    wait_for((folder / "checkpoints" / "last.keras").exists, *processes)


def stop(process, number=signal.SIGKILL):
    """Sends a signal to a process that still runs; returns its stderr."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=100)
    assert process.returncode != 0, "the process ended before the signal"
    return errors


def run_python(code, *arguments, **options):
    """Runs Python code in a separate process; returns its output."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        **options,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def tf_config(cluster, kind="worker", index=0):
    """Returns a value for the environment variable TF_CONFIG."""
    task = {"type": kind, "index": index}
    return json.dumps({"cluster": cluster, "task": task})


def code_blocks(page, language="python"):
    """Returns the code blocks of a page, such as `docs/serving.md`."""
    text = (ROOT / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def succeeds(result):
    """Checks that a command ended without an error; returns its result."""
    assert result.status == 0, result.err
    return result


def refuses(result, *words):
    """Checks that a command ended with one error line with these words."""
    assert result.status == 2, result
    line = result.err.splitlines()[-1]
    assert line.startswith("error: "), result.err
    assert "Traceback" not in result.err
    for word in words:
        assert word in line, line
    assert result.out == ""
