"""Small models and token batches that the tests share."""

import shutil
import sys

import numpy as np
import pytest
from shared import PARTS, small_config, train

from hcvae_tf import export
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabulary():
    return Vocabulary(b" abcdefgh")


@pytest.fixture
def make_model(vocabulary):
    """Builds a small model by the name of its parts."""

    def make(parts="hybrid-lstm", **settings):
        return compiled_model(
            small_config(**{**PARTS[parts], **settings}), vocabulary
        )

    return make


@pytest.fixture
def random_tokens(vocabulary):
    """Gives tokens without padding."""

    def make(batch, length, seed=0):
        numbers = np.random.default_rng(seed)
        return numbers.integers(3, vocabulary.size, (batch, length), np.int32)

    return make


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, data_dir):
    """A run of two short epochs on the synthetic tweets; do not change it."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    length = ["--epochs", 2, "--steps-per-epoch", 4]
    return train(folder, data_dir, *length)


@pytest.fixture(scope="session")
def exported(tmp_path_factory, finished_run):
    """An export of the finished run by the command; do not change it."""
    to = tmp_path_factory.mktemp("saved_models") / "tiny"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["x", str(finished_run), "--to", str(to)])
        export.main()
    return to


@pytest.fixture
def run_copy(finished_run, tmp_path):
    """A copy of the finished run, to be damaged."""
    return shutil.copytree(finished_run, tmp_path / "run")
