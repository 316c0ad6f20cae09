"""What tests share: small settings, and running commands."""

import contextlib
import csv
import importlib
import io
import socket
import subprocess
import sys
import zipfile
from typing import NamedTuple

import h5py
import pytest

from hcvae_tf import fit
from hcvae_tf.models.config import (
    Config,
    ModelConfig,
    TrainingConfig,
)
from hcvae_tf.models.objective import Objective
from pipelines.command_line import run_command

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
    """Settings of a model that trains in seconds."""
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


def call(capfd, module, *arguments):
    """Runs a command's `main` in this process."""
    main = importlib.import_module(module).main
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [module, *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            run_command(main)
    return Result(end.value.code, *capfd.readouterr())


def train(folder, data_dir, *flags):
    """Trains a tiny run on the synthetic tweets; gives its folder."""
    places = ["--data-dir", data_dir, "--run-dir", folder]
    arguments = ["fit", *TINY, *places, *flags]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", list(map(str, arguments)))
        assert fit.main() == 0
    return folder


def weights(folder):
    """Everything in the last checkpoint, the optimizer's state included."""
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
    """The rows of a run's log.csv."""
    with (folder / "log.csv").open() as file:
        return list(csv.DictReader(file))


def free_addresses(count):
    """Addresses of this machine where nothing listens."""
    with contextlib.ExitStack() as stack:
        free = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in free:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in free]


def begin(module, *arguments):
    """Starts a command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refuses(result, *words):
    """Asserts that a command ended with one line that holds the words."""
    assert result.status == 2, result
    line = result.err.splitlines()[-1]
    assert line.startswith("error: "), result.err
    assert "Traceback" not in result.err
    for word in words:
        assert word in line, line
    assert result.out == ""
