"""Runs the benchmarks against PyTorch at sizes that take seconds."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from shared import call, small_config

from benchmarks.pytorch.peers import build_peer
from benchmarks.texts import training_batches
from benchmarks.train_step import TrainStep
from benchmarks.training_on_texts import WARM_UP, measure
from pipelines.cores import cores
from pipelines.errors import UserError
from pipelines.vocabulary import END, PAD, Vocabulary

ROOT = Path(__file__).parents[2]
PEERS = ["torch-lstm", "torch-layer-norm"]


@pytest.fixture
def tweets(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    lines = (f"good morning number {number}\n" for number in range(100))
    path = tmp_path / "mine.txt"
    path.write_text("".join(lines))
    return str(path)


def test_batches_are_texts_with_padding(tweets):
    batches = training_batches(tweets, 32, 4, 3)
    assert np.shape(batches) == (3, 4, 32)
    texts = Vocabulary().decode(np.concatenate(batches)).numpy()
    assert len({*texts}) == 12
    for text in texts:
        assert re.fullmatch(rb"good morning number \d+", text)
    assert (np.array(batches) != PAD).sum() == sum(len(t) + 1 for t in texts)


def test_a_peer_says_that_pytorch_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UserError, match="needs PyTorch"):
        build_peer("torch-lstm", small_config(), Vocabulary())


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["float32", "keras", *PEERS, "before, float32"]
)
def test_measure_times_training_steps(name):
    if name in PEERS:
        pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    batches = list(rng.integers(3, 259, (WARM_UP + 1, 2, 16), "int32"))
    settings = TrainStep(preset="small", before=str(ROOT))
    config = small_config(16)
    assert measure(name, config, batches, cores(), settings) > 0


@pytest.mark.parametrize("peer", PEERS)
def test_endless_peers_never_end_a_text(peer):
    torch = pytest.importorskip("torch")
    from benchmarks.pytorch.generation import endless_peer, write

    model = endless_peer(peer, small_config(), Vocabulary())
    tokens = write(model, torch.randn(20, model.z_size))
    assert tokens.shape == (20, 9)
    assert not {PAD, END} & {*tokens.flatten().tolist()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("train_step", ["--preset", "small", "--batches", "2", "--data"]),
        ("generate", ["--texts", "2", "--lengths", "32"]),
    ],
)
def test_benchmark_has_rows_of_the_peers(name, flags, tweets, capfd):
    pytest.importorskip("torch")
    if flags[-1] == "--data":
        flags = [*flags, tweets]
    sizes = ["--units", "8", "--length", "32", "--rounds", "1"]
    peers = ["--peer", "torch-lstm"]
    result = call(capfd, f"benchmarks.{name}", *flags, *sizes, *peers)
    assert result.status == 0, result.err
    assert re.search(r"^\|.* torch-lstm +\|", result.out, re.MULTILINE)
