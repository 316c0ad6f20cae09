"""The commands from end to end on the synthetic corpus."""

import json
from pathlib import Path
from xml.sax.saxutils import escape

import keras
import numpy as np
import pytest
import tensorflow_datasets as tfds
from shared import TINY, begin, call, log_of, refuses, run_python

from pipelines.preparation import build
from pipelines.ptb import ptb_dataset_builder as ptb

COMMANDS = [
    *("fit", "evaluate", "sample", "reconstruct", "interpolate", "encode"),
    *("arithmetic", "vary", "attribute", "score", "probe", "map"),
    "export",
]
MODULES = [
    *(f"hcvae_tf.{command}" for command in COMMANDS),
    *("hcvae_tf.reproduce.__main__", "pipelines.prepare", "tuner.search"),
]


def test_fit_writes_all_files_of_a_run(finished_run):
    names = {
        str(path.relative_to(finished_run))
        for path in finished_run.rglob("*")
        if path.is_file() and "events" not in path.name
    }
    assert names == {
        "run.json",
        "config.json",
        "vocabulary.json",
        "log.csv",
        "model.keras",
        "checkpoints/last.keras",
        "checkpoints/best.keras",
        "checkpoints/best.json",
    }
    rows = log_of(finished_run)
    assert [(row["epoch"], row["step"]) for row in rows] == [
        ("1", "4"),
        ("2", "8"),
    ]
    assert float(rows[0]["kl_weight"]) == pytest.approx(0.501)
    assert float(rows[1]["kl_weight"]) == 1.0
    metadata = json.loads((finished_run / "run.json").read_text())
    model = keras.models.load_model(finished_run / "model.keras")
    assert metadata["parameters"] == model.count_params()


def test_tensorboard_shows_curves_and_samples(finished_run):
    from tensorboard.backend.event_processing import event_accumulator

    events = event_accumulator.EventAccumulator(
        str(finished_run / "tensorboard")
    )
    events.Reload()
    tags = events.Tags()["tensors"]
    for name in (
        *("reconstruction", "kl", "auxiliary", "kl_weight", "bits_per_char"),
        *("learning_rate", "characters_per_second", "val_negative_elbo"),
    ):
        assert [event.step for event in events.Tensors(name)] == [4, 8]
    for name in ("samples greedy", "samples drawn"):
        assert any(tag.startswith(name) for tag in tags)


def test_evaluate_prints_one_json_object(finished_run, capfd):
    results = [
        call(capfd, "hcvae_tf.evaluate", finished_run, "--json", "--split", s)
        for s in ("test", "test", "all")
    ]
    assert results[0].out == results[1].out
    costs = json.loads(results[0].out)
    assert set(costs) == {
        *("negative_elbo", "reconstruction", "kl", "auxiliary"),
        *("bits_per_char", "perplexity", "texts", "characters"),
        *("kl_per_dimension", "active_units", "mutual_information"),
        *("mutual_information_error", "mutual_information_limit"),
    }
    assert costs["perplexity"] == pytest.approx(2 ** costs["bits_per_char"])
    assert sum(costs["kl_per_dimension"]) == pytest.approx(costs["kl"])
    assert costs["texts"] < json.loads(results[2].out)["texts"]
    assert costs["negative_elbo"] == pytest.approx(
        costs["reconstruction"] + costs["kl"]
    )
    bits = costs["negative_elbo"] * costs["texts"] / np.log(2)
    assert costs["bits_per_char"] == pytest.approx(bits / costs["characters"])


def test_evaluate_accepts_a_data_file(finished_run, tmp_path, capfd):
    file = tmp_path / "mine.txt"
    file.write_text("good morning @somebody\nsee http://x.org\nfine\n" * 4)
    result = call(
        *(capfd, "hcvae_tf.evaluate", finished_run, "--json"),
        *("--data-file", file),
    )
    costs = json.loads(result.out)
    # The lines after preprocessing; each has an end token too.
    lines = ["good morning @userid", "see url", "fine"]
    assert costs["texts"] == 12
    assert costs["characters"] == 4 * sum(len(line) + 1 for line in lines)


def test_sample_prints_only_texts(finished_run, capfd):
    def lines(*flags):
        result = call(capfd, "hcvae_tf.sample", finished_run, "-n", 300, *flags)
        assert result.status == 0
        return result.out.splitlines()

    drawn = lines("--temperature", 1, "--seed", 4)
    assert len(drawn) == 300
    assert drawn == lines("--temperature", 1, "--seed", 4)
    assert drawn != lines("--temperature", 1, "--seed", 5)
    assert len(set(drawn)) > len(set(lines("--temperature", 1, "--top-k", 1)))


def test_interpolate_starts_and_ends_with_reconstructions(
    finished_run, tmp_path, capfd
):
    texts = ["good morning", "so sad about the match"]
    result = call(capfd, "hcvae_tf.reconstruct", finished_run, *texts)
    again = result.out.splitlines()
    assert len(again) == 2
    result = call(
        *(capfd, "hcvae_tf.interpolate", finished_run, "--points", 5),
        *("--from", texts[0], "--to", texts[1]),
        *("--draw", tmp_path / "walk.svg"),
    )
    between = result.out.splitlines()
    assert len(between) == 5
    drawn = (tmp_path / "walk.svg").read_text()
    assert all(escape(text) in drawn for text in [*texts, *between])
    assert [between[0], between[-1]] == again
    result = call(
        capfd, "hcvae_tf.interpolate", finished_run, "--random", "--spherical"
    )
    assert len(result.out.splitlines()) == 7
    flags = ["--random", "--draw", "walk.gif"]
    result = call(capfd, "hcvae_tf.interpolate", finished_run, *flags)
    refuses(result, "--draw must end in .svg")
    flags[-1] = "nowhere/walk.svg"
    result = call(capfd, "hcvae_tf.interpolate", finished_run, *flags)
    refuses(result, "nowhere is not a folder", "--draw")


def test_a_config_file_repeats_a_run(finished_run, tmp_path, capfd):
    result = call(
        *(capfd, "hcvae_tf.fit", "--config", finished_run / "config.json"),
        *("--run-dir", tmp_path / "again"),
    )
    assert result.status == 0, result.err
    for name in ("config.json", "vocabulary.json", "run.json"):
        repeated = (tmp_path / "again" / name).read_text()
        assert repeated == (finished_run / name).read_text()
    models = [
        keras.models.load_model(folder / "model.keras")
        for folder in (finished_run, tmp_path / "again")
    ]
    for one, other in zip(*(m.get_weights() for m in models), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("module", MODULES)
def test_help_does_not_import_tensorflow(module):
    code = (
        f"import sys; sys.argv = ['x', '--help']; "
        f"from {module} import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    run_python(code, timeout=60)


def test_a_reader_that_stops_early_is_not_an_error(finished_run):
    with begin("hcvae_tf.sample", finished_run, "-n", 5000) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_a_stream_of_characters_is_trained_and_evaluated(
    tmp_path, data_dir, capfd, monkeypatch
):
    """Uses the few lines of Penn Treebank that come with its builder."""
    dummies = Path(ptb.__file__).parent / "dummy_data"
    monkeypatch.setattr(
        tfds.download.DownloadManager,
        "download",
        lambda _, urls: {
            split: dummies / Path(url).name for split, url in urls.items()
        },
    )
    monkeypatch.setattr(build, "_check_reachable", lambda *_: None)
    result = call(
        *(capfd, "hcvae_tf.fit", *TINY[4:], "--dataset", "ptb"),
        *("--length", 12, "--data-dir", tmp_path / "data"),
        *("--run-dir", tmp_path / "run", "--epochs", 1),
        *("--steps-per-epoch", 3, "--validation-batches", 1),
    )
    assert result.status == 0, result.err
    result = call(capfd, "hcvae_tf.evaluate", tmp_path / "run", "--json")
    costs = json.loads(result.out)
    # All characters of all complete windows, and no ends of texts.
    size = len((dummies / "ptb.valid.txt").read_bytes())
    assert costs["texts"] == size // 12
    assert costs["characters"] == size // 12 * 12
    result = call(
        *(capfd, "hcvae_tf.evaluate", tmp_path / "run"),
        *("--data-file", dummies / "ptb.test.txt"),
    )
    refuses(result, "--dataset lines")
