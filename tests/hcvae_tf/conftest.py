"""Models, token batches, runs and exports that the tests share."""

import shutil

import numpy as np
import pytest
from shared import (
    PARTS,
    SYNTHETIC,
    TINY_MODEL,
    call,
    exported_once,
    loads,
    small_config,
    train,
)

from hcvae_tf import TrainedTextVAE
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabulary():
    return Vocabulary(b" abcdefgh")


@pytest.fixture
def make_model(vocabulary):
    """Returns a function that builds a small model from a name of `PARTS`."""

    def make(parts="hybrid-lstm", **settings):
        config = small_config(**{**PARTS[parts], **settings})
        return compiled_model(config, vocabulary)

    return make


@pytest.fixture
def random_tokens(vocabulary):
    """Returns a function that draws tokens without padding."""

    def make(batch, length, seed=0):
        rng = np.random.default_rng(seed)
        return rng.integers(3, vocabulary.size, (batch, length), np.int32)

    return make


@pytest.fixture
def command(capfd):
    """Returns a function that runs a command in this process."""
    return lambda name, *flags: call(capfd, f"hcvae_tf.{name}", *flags)


@pytest.fixture
def fit(command, data_dir, tmp_path):
    """Returns a function that trains a tiny model in `tmp_path / "run"`.

    The flags of a call replace those of the tiny model. The corpus are the
    synthetic tweets if the flags name no other.
    """
    folders = ["--data-dir", data_dir, "--run-dir", tmp_path / "run"]

    def run(*flags):
        corpus = [] if "--dataset" in flags else SYNTHETIC
        return command("fit", *corpus, *TINY_MODEL, *folders, *flags)

    return run


@pytest.fixture(scope="session")
def finished_run(made_once, data_dir):
    """A run of two short epochs; tests must not change it."""
    length = ["--epochs", 2, "--steps-per-epoch", 4]
    return made_once("run", lambda run: train(run, data_dir, *length))


@pytest.fixture(scope="session")
def language_model_run(made_once, data_dir):
    """A short run of a language model; tests must not change it.

    It reads its texts 25 times.
    """
    flags = ["--preset", "small-lm", "--batch-size", 50, "--kl-end", 500]
    flags += ["--epochs", 2, "--steps-per-epoch", 50]
    return made_once("language-model", lambda run: train(run, data_dir, *flags))


@pytest.fixture(scope="session")
def exported(made_once, finished_run, run_vae):
    """An export of the finished run; tests must not change it."""
    return exported_once(made_once, "saved_models", finished_run, run_vae)


@pytest.fixture(scope="session")
def run_vae(finished_run):
    """The model of the finished run."""
    return TrainedTextVAE.load(finished_run)


@pytest.fixture(scope="session")
def export_vae(exported):
    """The model of the export."""
    return TrainedTextVAE.load(exported)


@pytest.fixture
def on_run(command, finished_run, run_vae):
    """Returns a function that runs a command on the finished run."""
    with loads(finished_run, run_vae):
        yield lambda name, *flags: command(name, finished_run, *flags)


@pytest.fixture
def run_copy(finished_run, tmp_path):
    """A copy of the finished run, which a test may change."""
    return shutil.copytree(finished_run, tmp_path / "run")
