"""Helpers that tests share: settings, commands, processes, runs."""

import contextlib
import csv
import importlib
import io
import json
import re
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

from hcvae_tf import fit
from hcvae_tf.models.config import (
    Config,
    ModelConfig,
    TrainingConfig,
)
from hcvae_tf.models.objective import Objective
from pipelines.command_line import run_command

ROOT = Path(__file__).parents[2]

TINY = [
    *("--dataset", "tweets/synthetic", "--texts", "200", "--length", "48"),
    *("--z-size", "4", "--maps", "8", "8", "--feature-size", "8"),
    *("--decoder-units", "8", "--encoder-units", "8", "--batch-size", "8"),
    *("--kl-start", "2", "--kl-end", "6", "--validation-batches", "2"),
    *("--precision", "float32"),
]

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


def small_config(length=9, objective=None, training=None, **model):
    """Returns the settings of a model that trains in seconds."""
    config = Config(
        model=ModelConfig(**{**SMALL, **model}),
        objective=Objective(
            **{"kl_start": 5, "kl_end": 10, **(objective or {})}
        ),
        training=TrainingConfig(
            **{"batch_size": 4, "precision": "float32", **(training or {})}
        ),
    )
    return config.replace("data", length=length)


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
    with (
        command_line(module, *arguments),
        pytest.raises(SystemExit) as end,
    ):
        run_command(main)
    return Result(end.value.code, *capfd.readouterr())


def train(folder, data_dir, *flags):
    """Trains a tiny run on the synthetic tweets; returns its folder."""
    folders = ["--data-dir", data_dir, "--run-dir", folder]
    with command_line("fit", *TINY, *folders, *flags):
        assert fit.main() == 0
    return folder


def train_on_batch(model, tokens, steps):
    """Trains a model for some steps on the same batch."""
    # Not above: hcvae_tf sets TensorFlow's log level before its import.
    import tensorflow as tf

    data = tf.data.Dataset.from_tensors(tokens).repeat()
    model.fit(data, steps_per_epoch=steps, verbose=0)


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
    file.visititems(
        lambda name, item: (
            found.update({name: item[()]})
            if isinstance(item, h5py.Dataset)
            else None
        )
    )
    assert any(name.startswith("optimizer") for name in found)
    return found


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


def refuses(result, *words):
    """Checks that a command ended with one error line with these words."""
    assert result.status == 2, result
    line = result.err.splitlines()[-1]
    assert line.startswith("error: "), result.err
    assert "Traceback" not in result.err
    for word in words:
        assert word in line, line
    assert result.out == ""
