"""Runs each benchmark at sizes that take seconds."""

import re

import pytest
from shared import call

from benchmarks import growth, train_step

# They trace many graphs, or start processes.
pytestmark = pytest.mark.slow

SIZES = {
    "recurrent": "--units 8 --length 6 --features 4 --batches 2 --rounds 1",
    "profile": "--preset small --batch 2 --length 16",
    "generate": "--units 8 --length 32 --lengths 32 --texts 2 --rounds 1",
    "serve": "--units 8 --length 16 --batches 1 9 --rounds 2",
    "input": "--datasets tweets --data-file mine.txt --batches 20 --rounds 1",
}
# These use the data of this machine.
SLOW_SIZES = {
    "group_by_length": "--steps 2 --rounds 1",
    "startup": "--rounds 1",
    "prepare": "--texts 2000 --processes 1",
    "train_step": "--units 8 --length 32 --batches 2 --rounds 1 --steps 1",
    "workers": "--batch 4 --length 16 --steps 1 --rounds 1",
    "compiled_step": "--presets small --batch 2 --length 16 --rounds 1",
    "units": "--sizes 300 --warm-up 1 --steps 2 --texts 2 --rounds 1",
    "growth": "--lengths 16 --batches 2 --units 8 --rounds 1",
}


def check_table(name, flags, capfd):
    result = call(capfd, f"benchmarks.{name}", *flags.split())
    assert result.status == 0, result.err
    assert re.search(r"tensorflow \d+\.\d+", result.out)
    rows = re.findall(r"^\| .* \|$", result.out, re.MULTILINE)
    assert [row for row in rows if re.search(r"\d", row)]


@pytest.mark.parametrize(("name", "flags"), SIZES.items())
def test_benchmark_prints_a_table(name, flags, capfd, tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    lines = (f"good morning number {number}\n" for number in range(100))
    (tmp_path / "mine.txt").write_text("".join(lines))
    check_table(name, flags, capfd)


@pytest.mark.parametrize(("name", "flags"), SLOW_SIZES.items())
def test_long_benchmark_prints_a_table(name, flags, capfd):
    check_table(name, flags, capfd)


@pytest.mark.parametrize("peer", [False, True])
def test_measure_times_a_training_step(peer):
    settings = train_step.TrainStep(units=8, length=32, steps=1)
    seconds, flops, share = train_step.measure(
        "hybrid", peer, settings, 2, "float32"
    )
    assert seconds > 0
    assert (flops > 0) != peer
    assert 0 < share < 1


def test_measure_returns_seconds_and_peak_memory():
    sizes = {"length": 16, "batch": 2, "units": 8}
    seconds, peak = growth.measure("hybrid, ByteNet", sizes, 1)
    assert seconds > 0
    # TensorFlow alone takes several hundred MiB.
    assert 100 < peak < 100_000
