"""Models, token batches, runs and exports that the tests share."""

import shutil

import numpy as np
import pytest
from shared import PARTS, command_line, small_config, train

from hcvae_tf import export
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabulary():
    return Vocabulary(b" abcdefgh")


@pytest.fixture
def make_model(vocabulary):
    """Returns a function that builds a small model from a name of `PARTS`."""

    def make(parts="hybrid-lstm", **settings):
        return compiled_model(
            small_config(**{**PARTS[parts], **settings}), vocabulary
        )

    return make


@pytest.fixture
def random_tokens(vocabulary):
    """Returns a function that draws tokens without padding."""

    def make(batch, length, seed=0):
        rng = np.random.default_rng(seed)
        return rng.integers(3, vocabulary.size, (batch, length), np.int32)

    return make


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, data_dir):
    """A run of two short epochs; tests must not change it."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    length = ["--epochs", 2, "--steps-per-epoch", 4]
    return train(folder, data_dir, *length)


@pytest.fixture(scope="session")
def language_model_run(tmp_path_factory, data_dir):
    """A short run of a language model; tests must not change it."""
    folder = tmp_path_factory.mktemp("runs") / "language-model"
    parts = ["--encoder", "none", "--decoder", "lstm"]
    length = ["--epochs", 1, "--steps-per-epoch", 2]
    return train(folder, data_dir, *parts, *length)


@pytest.fixture(scope="session")
def exported(tmp_path_factory, finished_run):
    """An export of the finished run; tests must not change it."""
    to = tmp_path_factory.mktemp("saved_models") / "tiny"
    with command_line("export", finished_run, "--to", to):
        export.main()
    return to


@pytest.fixture
def run_copy(finished_run, tmp_path):
    """A copy of the finished run, which a test may change."""
    return shutil.copytree(finished_run, tmp_path / "run")
