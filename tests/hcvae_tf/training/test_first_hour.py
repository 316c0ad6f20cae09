"""What a user gets who comes with a file and some minutes."""

import re
import time

import pytest
from own_texts import KINDS, own_texts
from shared import log_of, run_python

from hcvae_tf import TrainedTextVAE
from hcvae_tf.models.presets import preset
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training import loop

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("kind", "number", "minutes"),
    [("docstrings", 3_000, 3), ("code", 100_000, 20)],
)
def test_minutes_give_a_model_that_says_how_it_is(
    kind, number, minutes, tmp_path
):
    """Run it on an idle machine: it is about time."""
    file, run = tmp_path / "mine.txt", tmp_path / "run"
    file.write_text("\n".join(own_texts(kind, number)) + "\n")
    flags = ["--dataset", "lines", "--data-file", file, "--run-dir", run]
    flags += ["--data-dir", tmp_path / "data", "--minutes", minutes]
    fit = "import runpy; runpy.run_module('hcvae_tf.fit', run_name='__main__')"
    begin = time.monotonic()
    printed = run_python(fit, *flags).stderr
    passed = (time.monotonic() - begin) / 60
    print(printed, f"{passed:.2f} minutes")
    assert passed < 1.1 * minutes
    assert passed > 0.9 * minutes or "more steps are worse" in printed
    rows = log_of(run)
    config = RunFolder(run).read_config()
    assert int(rows[-1]["step"]) == config.training.steps
    assert re.search(
        r"latent vector: (unused|weak|in use), [\d.]+ nats", printed
    )
    assert re.search(r"[\d.]+ bits per character .* 5-gram", printed)
    texts = TrainedTextVAE.load(run).sample(8)
    assert len(set(texts)) > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [300, 3_000, 30_000])
@pytest.mark.parametrize("seed", range(10))
def test_no_training_diverges(kind, number, seed, tmp_path):
    file, run = tmp_path / "mine.txt", tmp_path / "run"
    file.write_text("\n".join(own_texts(kind, number)) + "\n")
    settings = (
        preset("small")
        .replace("data", dataset="lines", data_file=str(file), length=64)
        .replace("data", data_dir=str(tmp_path / "data"))
        .replace("training", seed=seed, epochs=3, steps_per_epoch=100)
    )
    loop.start(RunFolder(run), settings)
    # exp(2) / 2 is the most that the variance of a dimension costs.
    for row in log_of(run):
        assert float(row["kl"]) < 1_000
        assert float(row["val_kl"]) < 1_000
    # Of training texts: 300 texts are learned by heart.
    assert float(row["bits_per_char"]) < 6
    trained = TrainedTextVAE.load(run)
    # After so few steps greedy texts can be equal.
    assert len(set(trained.sample(8, temperature=0.7))) > 1
