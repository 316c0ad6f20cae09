"""Each mistake of a user ends in one line that says what to do."""

import gzip
import json
import resource

import numpy as np
import pytest
from shared import TINY, call, refuses

from hcvae_tf.storage.model_file import load_model, save_model
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.checkpointing import Checkpointing, save_last
from hcvae_tf.training.distribution import Distribution
from pipelines.errors import UserError


@pytest.fixture
def fit(capfd, tmp_path, data_dir):
    """Returns a function that calls fit with a new run folder."""

    def run(*flags):
        folder = [] if "--run-dir" in flags else ["--run-dir", tmp_path / "run"]
        return call(
            *(capfd, "hcvae_tf.fit", "--data-dir", data_dir, *folder, *flags)
        )

    yield run
    # A refused run leaves no folder that would block the next attempt.
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--dataset", "enron"], ["unknown dataset 'enron'", "ptb"]),
        (["--dataset", "lines"], ["--data-file"]),
        (["--preset", "huge"], ["unknown preset 'huge'", "ptb-hybrid"]),
        (["--config", "nowhere.json"], ["cannot read", "nowhere.json"]),
        (["--resume", "nowhere"], ["nowhere", "is not a folder"]),
        (["--epochs", "many"], ["--epochs", "many"]),
        (["--unheard-of", "1"], ["--unheard-of"]),
        (["--length", "0"], ["--length must be above 0"]),
        (["--length", "1"], ["--length must be at least 2"]),
        (["--batch-size", "-3"], ["--batch-size must be above 0"]),
        (["--z-size", "0"], ["--z-size must be above 0"]),
        (["--maps", "8", "0"], ["--maps"]),
        (["--word-dropout", "1.2"], ["--word-dropout", "between 0 and 1"]),
        (["--alpha", "-1"], ["--alpha must be 0 or above"]),
        (["--alpha", "nan"], ["--alpha must be 0 or above"]),
        (["--learning-rate", "inf"], ["--learning-rate"]),
        (["--kl-start", "9", "--kl-end", "9"], ["--kl-end", "--kl-start"]),
        (["--encoder", "none"], ["--decoder lstm"]),
        (["--encoder", "transformer"], ["--encoder"]),
        (["--free-bits", "-1"], ["--free-bits must be 0 or above"]),
        (["--kl-cycles", "0"], ["--kl-cycles must be above 0"]),
        (["--preset", "small-lm", "--min-rate", "3"], ["no latent vector"]),
        (["--seed", "-1"], ["--seed"]),
        (["--preset", "small", "--config", "x.json"], ["only one of"]),
    ],
)
def test_invalid_flags_are_refused(flags, words, fit):
    refuses(fit(*flags), *words)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.txt", None, ["missing.txt"]),
        ("empty.txt", b"", ["empty"]),
        ("binary.txt", b"\x00\x01\x02" * 100, ["binary"]),
        ("table.xlsx", b"text\n", [".txt"]),
        ("cut.txt.gz", gzip.compress(b"a line\n" * 99)[:-9], ["cut.txt.gz"]),
        ("long.txt", b"x" * 300 + b"\n", ["long.txt"]),
        ("few.txt", b"one\ntwo\nthree\nfour\n", ["--batch-size"]),
    ],
)
def test_unusable_data_files_are_refused(name, content, words, fit, tmp_path):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    refuses(fit("--dataset", "tweets", "--data-file", file), *words)


def test_invalid_utf8_is_kept_and_counted(capfd, tmp_path, data_dir):
    file = tmp_path / "mixed.txt"
    lines = [b"text number %d \xff\xfe" % number for number in range(40)]
    file.write_bytes(b"\n".join(lines))
    result = call(
        *(capfd, "hcvae_tf.fit", *TINY[4:], "--dataset", "lines"),
        *("--data-file", file, "--data-dir", data_dir, "--epochs", 1),
        *("--steps-per-epoch", 1, "--run-dir", tmp_path / "run"),
    )
    assert result.status == 0, result.err
    assert "40 invalid utf8" in result.err
    assert "iconv" in result.err


def test_a_run_folder_that_cannot_be_created_is_refused(fit, tmp_path):
    (tmp_path / "file").touch()
    refuses(fit("--run-dir", tmp_path / "file" / "run"), "--run-dir")


def test_an_existing_run_folder_is_refused(finished_run, fit):
    refuses(fit("--run-dir", finished_run), "exists", "--resume")


def test_a_folder_that_is_not_a_run_is_refused(capfd, tmp_path):
    refuses(call(capfd, "hcvae_tf.evaluate", tmp_path), "is not a run")
    result = call(capfd, "hcvae_tf.sample", tmp_path)
    refuses(result, "neither a run nor an export")


@pytest.mark.parametrize("name", ["vocabulary.json", "config.json"])
def test_a_run_folder_with_a_missing_file_is_refused(name, capfd, run_copy):
    (run_copy / name).unlink()
    result = call(capfd, "hcvae_tf.sample", run_copy)
    refuses(result, "incomplete", name)


def test_a_run_folder_without_checkpoints_is_refused(capfd, run_copy):
    for file in run_copy.rglob("*.keras"):
        file.unlink()
    refuses(call(capfd, "hcvae_tf.sample", run_copy), "no checkpoint")


def test_a_run_folder_of_another_version_is_refused(capfd, run_copy):
    file = run_copy / "run.json"
    metadata = json.loads(file.read_text())
    changed = {**metadata, "format": 99, "version": "7.0"}
    file.write_text(json.dumps(changed))
    refuses(call(capfd, "hcvae_tf.sample", run_copy), "hcvae_tf 7.0")


def test_settings_of_another_version_are_refused(capfd, run_copy):
    (run_copy / "config.json").write_text('{"model": {"heads": 8}}')
    refuses(call(capfd, "hcvae_tf.sample", run_copy), "unknown setting 'heads'")


def test_a_damaged_checkpoint_is_refused_until_it_is_deleted(capfd, run_copy):
    best = run_copy / "checkpoints" / "best.keras"
    best.write_bytes(best.read_bytes()[:-1000])
    refuses(call(capfd, "hcvae_tf.sample", run_copy), "damaged", "delete it")
    best.unlink()
    assert call(capfd, "hcvae_tf.sample", run_copy, "-n", 1).status == 0
    last = run_copy / "checkpoints" / "last.keras"
    last.write_bytes(last.read_bytes()[:-1000])
    resume = ("hcvae_tf.fit", "--resume", run_copy, "--epochs", 3)
    refuses(call(capfd, *resume), "damaged", "starts again")
    last.unlink()
    result = call(capfd, *resume)
    assert result.status == 0
    assert "starting at step 0" in result.err


def test_a_damaged_vocabulary_is_refused(capfd, run_copy):
    (run_copy / "vocabulary.json").write_text('{"characters": [999]}')
    result = call(capfd, "hcvae_tf.sample", run_copy)
    refuses(result, "vocabulary.json", "damaged")


def test_changed_data_is_refused(capfd, run_copy):
    file = run_copy / "run.json"
    text = file.read_text()
    fingerprint = json.loads(text)["dataset"]["fingerprint"]
    file.write_text(text.replace(fingerprint, "0" * 64))
    result = call(capfd, "hcvae_tf.fit", "--resume", run_copy, "--epochs", 3)
    refuses(result, "has changed")
    refuses(call(capfd, "hcvae_tf.evaluate", run_copy), "has changed")


def test_a_language_model_cannot_reconstruct_or_interpolate(
    capfd, language_model_run
):
    run = language_model_run
    assert call(capfd, "hcvae_tf.sample", run, "-n", 1).status == 0
    refuses(call(capfd, "hcvae_tf.reconstruct", run, "hi"), "without a latent")
    result = call(capfd, "hcvae_tf.interpolate", run, "--random")
    refuses(result, "without a latent")


@pytest.mark.parametrize(
    ("command", "flags", "words"),
    [
        ("evaluate", ["--split", "tset"], ["'tset'", "validation"]),
        ("sample", ["-n", "0"], ["-n must be 1"]),
        ("sample", ["--temperature", "-1"], ["--temperature"]),
        ("sample", ["--top-p", "1.5"], ["--top-p"]),
        ("sample", ["--top-k", "0"], ["--top-k"]),
        ("reconstruct", [], ["one or more texts"]),
        ("interpolate", [], ["--from", "--random"]),
        ("interpolate", ["--from", "a"], ["--from", "--to"]),
        ("interpolate", ["--random", "--points", "1"], ["--points"]),
    ],
)
def test_invalid_flags_of_other_commands_are_refused(
    command, flags, words, finished_run, capfd
):
    refuses(call(capfd, f"hcvae_tf.{command}", finished_run, *flags), *words)


def test_a_full_disk_keeps_what_was_saved_before(make_model, tmp_path):
    file = tmp_path / "run" / "checkpoints" / "last.keras"
    file.parent.mkdir(parents=True)
    model = make_model(length=9)
    save_model(model, file)
    before = file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The system then refuses larger files.
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(UserError, match="saved before is kept") as error:
            save_model(model, file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(error.value)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["last.keras"]


def test_a_loss_that_is_not_finite_is_reported_with_the_step(
    make_model, tmp_path
):
    run = RunFolder(tmp_path)
    run.checkpoints.mkdir()
    model = make_model(length=9)
    save_last(run, model)
    good = run.last.read_bytes()
    model.optimizer.iterations.assign(41)
    with Checkpointing(run, Distribution(), 100) as callback:
        callback.set_model(model)
        with pytest.raises(UserError, match="not finite at step 41") as error:
            callback.on_train_batch_end(0, {"loss": float("nan")})
    assert str(run.last) in str(error.value)
    model.trainable_weights[0].assign(
        np.full(model.trainable_weights[0].shape, np.nan)
    )
    with pytest.raises(UserError, match="not finite at step 41"):
        save_last(run, model)
    assert run.last.read_bytes() == good
    assert load_model(run.last) is not None


def test_a_diverging_run_is_stopped(capfd, tmp_path, data_dir):
    result = call(
        *(capfd, "hcvae_tf.fit", *TINY, "--learning-rate", 1e30),
        *("--data-dir", data_dir, "--run-dir", tmp_path / "run"),
        *("--epochs", 1, "--steps-per-epoch", 20),
    )
    refuses(result, "not finite at step", "--learning-rate")
