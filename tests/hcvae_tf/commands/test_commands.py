"""The commands from end to end on the synthetic corpus."""

import json

import keras
import numpy as np
import pytest
from drawings import Drawing
from shared import (
    ROOT,
    assert_all_equal,
    begin,
    log_of,
    refuses,
    succeeds,
)

from hcvae_tf.storage.run_folder import RunFolder
from pipelines.errors import UserNote
from pipelines.files.folder_lock import LOCK_FILES


def test_fit_writes_all_files_of_a_run(finished_run):
    names = {
        str(path.relative_to(finished_run))
        for path in finished_run.rglob("*")
        if path.is_file() and "events" not in path.name
    }
    assert names - {*LOCK_FILES} == {
        *("run.json", "config.json", "vocabulary.json", "log.csv"),
        *("model.keras", "checkpoints/last.keras"),
        *("checkpoints/best.keras", "checkpoints/best.json"),
    }
    rows = log_of(finished_run)
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [row["step"] for row in rows] == ["4", "8"]
    # Half of the growth from 0.3 on.
    assert float(rows[0]["kl_weight"]) == pytest.approx(0.8)
    assert float(rows[1]["kl_weight"]) == 1.0
    metadata = json.loads((finished_run / "run.json").read_text())
    model = keras.models.load_model(finished_run / "model.keras")
    assert metadata["parameters"] == model.count_params()


def test_tensorboard_shows_curves_and_samples(finished_run):
    from tensorboard.backend.event_processing import event_accumulator

    folder = str(finished_run / "tensorboard")
    events = event_accumulator.EventAccumulator(folder).Reload()
    tags = events.Tags()["tensors"]
    for name in (
        *("reconstruction", "kl", "auxiliary", "kl_weight", "bits_per_char"),
        *("learning_rate", "characters_per_second", "val_negative_elbo"),
    ):
        assert [event.step for event in events.Tensors(name)] == [4, 8]
    for name in ("samples greedy", "samples drawn"):
        assert any(tag.startswith(name) for tag in tags)


def test_evaluate_prints_one_json_object(on_run):
    test, again, all_splits = (
        on_run("evaluate", "--json", "--split", split).out
        for split in ("test", "test", "all")
    )
    assert test == again
    costs = json.loads(test)
    assert set(costs) == {
        *("negative_elbo", "reconstruction", "kl", "auxiliary"),
        *("bits_per_char", "perplexity", "texts", "characters"),
        *("kl_per_dimension", "active_units", "mutual_information"),
        *("mutual_information_error", "mutual_information_limit"),
        *("kl_verdict", "kl_dimensions"),
    }
    assert costs["perplexity"] == pytest.approx(2 ** costs["bits_per_char"])
    assert sum(costs["kl_per_dimension"]) == pytest.approx(costs["kl"])
    assert costs["texts"] < json.loads(all_splits)["texts"]
    assert costs["negative_elbo"] == pytest.approx(
        costs["reconstruction"] + costs["kl"]
    )
    bits = costs["negative_elbo"] * costs["texts"] / np.log(2)
    assert costs["bits_per_char"] == pytest.approx(bits / costs["characters"])


def test_evaluate_accepts_a_data_file(tmp_path, on_run):
    file = tmp_path / "mine.txt"
    file.write_text("good morning @somebody\nsee http://x.org\nfine\n" * 4)
    result = on_run("evaluate", "--json", "--data-file", file)
    costs = json.loads(result.out)
    # The lines after preprocessing; each has an end token too.
    lines = ["good morning @userid", "see url", "fine"]
    assert costs["texts"] == 12
    assert costs["characters"] == 4 * sum(len(line) + 1 for line in lines)


def test_sample_prints_only_texts(on_run):
    def lines(*flags):
        result = on_run("sample", "-n", 300, *flags)
        return succeeds(result).out.splitlines()

    drawn = lines("--temperature", 1, "--seed", 4)
    assert len(drawn) == 300
    assert drawn == lines("--temperature", 1, "--seed", 4)
    assert drawn != lines("--temperature", 1, "--seed", 5)
    greedy = lines("--seed", 4)
    assert drawn != greedy
    assert greedy == lines("--temperature", 1, "--top-k", 1, "--seed", 4)


def test_interpolate_starts_and_ends_with_reconstructions(tmp_path, on_run):
    def interpolate(*flags):
        return on_run("interpolate", *flags)

    texts = ["good morning", "so sad about the match"]
    again = on_run("reconstruct", *texts).out.splitlines()
    assert len(again) == 2
    file = tmp_path / "walk.svg"
    ends = ["--from", texts[0], "--to", texts[1]]
    result = interpolate("--points", 5, *ends, "--draw", file)
    labels, between = zip(
        *(line.split("\t") for line in result.out.splitlines()), strict=True
    )
    assert labels == ("from", "0.25", "0.50", "0.75", "to")
    assert len(between) == 5
    first, last = texts
    drawing = Drawing(file)
    shown = [text for text in drawing.texts if text in {*texts, *between}]
    assert shown == [first, *between, last]
    assert [between[0], between[-1]] == again
    result = interpolate("--random", "--spherical")
    assert len(result.out.splitlines()) == 7
    result = interpolate("--random", "--draw", "walk.gif")
    refuses(result, "--draw must end in .svg")
    result = interpolate("--random", "--draw", "nowhere/walk.svg")
    refuses(result, "nowhere is not a folder", "--draw")


@pytest.mark.slow
def test_a_config_file_repeats_a_run(finished_run, tmp_path, command):
    again = tmp_path / "again"
    config = finished_run / "config.json"
    succeeds(command("fit", "--config", config, "--run-dir", again))
    for name in ("config.json", "vocabulary.json"):
        assert (again / name).read_text() == (finished_run / name).read_text()
    runs = RunFolder(again), RunFolder(finished_run)
    one, other = (run.read_metadata() for run in runs)
    # Model files contain their time.
    del one["sha256"], other["sha256"]
    assert one == other
    one, other = (
        keras.models.load_model(folder / "model.keras")
        for folder in (finished_run, again)
    )
    assert_all_equal(one.get_weights(), other.get_weights())


@pytest.mark.slow
def test_a_reader_that_stops_early_is_not_an_error(finished_run):
    with begin("hcvae_tf.sample", finished_run, "-n", 5000) as process:
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


@pytest.mark.usefixtures("fake_downloads")
def test_a_stream_of_characters_is_trained_and_evaluated(
    tmp_path, fit, command
):
    """Uses the few lines of Penn Treebank that come with its builder."""
    dummies = ROOT / "pipelines" / "ptb" / "dummy_data"
    run = tmp_path / "run"
    data = ["--dataset", "ptb", "--data-dir", tmp_path / "data"]
    sizes = ["--length", 12, "--validation-batches", 1]
    succeeds(fit(*data, *sizes, "--epochs", 1, "--steps-per-epoch", 3))
    costs = json.loads(command("evaluate", run, "--json").out)
    # All characters of all complete windows, and no ends of texts.
    size = len((dummies / "ptb.valid.txt").read_bytes())
    assert costs["texts"] == size // 12
    assert costs["characters"] == size // 12 * 12
    result = command("evaluate", run, "--data-file", dummies / "ptb.test.txt")
    refuses(result, "--dataset lines")


NOTE = "note: of texts that are longer than the model's 48 tokens, only the"


@pytest.mark.parametrize(
    "flags",
    [
        ["score"],
        ["reconstruct"],
        ["vary"],
        ["interpolate", "--to", "b", "--from"],
    ],
)
def test_a_text_that_is_cut_is_noted_once(flags, on_run):
    assert "note:" not in succeeds(on_run(*flags, "x" * 48)).err
    assert succeeds(on_run(*flags, "x" * 49)).err.count(NOTE) == 1


def test_a_text_that_is_cut_comes_with_a_warning_in_python(run_vae, export_vae):
    for vae in (run_vae, export_vae):
        with pytest.warns(UserNote, match="only the beginnings"):
            vae.score(["short", "x" * 49])
