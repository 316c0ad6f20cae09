"""Each mistake of a user ends in one line that says what to do."""

import gzip
import json
import resource

import numpy as np
import pytest
from shared import call, refuses, small_config, succeeds

from hcvae_tf import TrainedTextVAE
from hcvae_tf.storage.model_file import load_model, save_model
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.checkpointing import (
    Checkpointing,
    save_best,
    save_last,
)
from hcvae_tf.training.distribution import Distribution
from pipelines.errors import UserError

# Without a time, which would be part of the name of the test.
CUT = gzip.compress(b"a line\n" * 99, mtime=0)[:-9]


@pytest.fixture
def fit_refuses(command, tmp_path, data_dir):
    """Returns a function that checks that fit refuses flags."""

    def check(flags, *words):
        folder = [] if "--run-dir" in flags else ["--run-dir", tmp_path / "run"]
        result = command("fit", "--data-dir", data_dir, *folder, *flags)
        refuses(result, *words)

    yield check
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
        (["--length", "7"], ["--length must be at least 8 subwords"]),
        (["--length", "1", "--units", "characters"], ["--length", "least 2"]),
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
def test_invalid_flags_are_refused(flags, words, fit_refuses):
    fit_refuses(flags, *words)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.txt", None, ["missing.txt"]),
        ("empty.txt", b"", ["empty"]),
        ("binary.txt", b"\x00\x01\x02" * 100, ["binary"]),
        ("table.xlsx", b"text\n", [".txt"]),
        ("cut.txt.gz", CUT, ["cut.txt.gz"]),
        ("long.txt", b"x" * 300 + b"\n", ["long.txt"]),
        ("few.txt", b"one\ntwo\nthree\nfour\n", ["--batch-size"]),
    ],
)
def test_unusable_data_files_are_refused(
    name, content, words, fit_refuses, tmp_path
):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    fit_refuses(["--dataset", "tweets", "--data-file", file], *words)


def test_invalid_utf8_is_kept_and_counted(tmp_path, capfd):
    file = tmp_path / "mixed.txt"
    lines = [b"text number %d \xff\xfe" % number for number in range(40)]
    file.write_bytes(b"\n".join(lines))
    flags = ["--data-file", file, "--data-dir", tmp_path / "data"]
    result = succeeds(call(capfd, "pipelines.prepare", "lines", *flags))
    assert "40 invalid utf8" in result.err
    assert "iconv" in result.err


def test_a_run_folder_that_cannot_be_created_is_refused(fit_refuses, tmp_path):
    (tmp_path / "file").touch()
    fit_refuses(["--run-dir", tmp_path / "file" / "run"], "--run-dir")


def test_an_existing_run_folder_is_refused(finished_run, fit_refuses):
    fit_refuses(["--run-dir", finished_run], "exists", "--resume")


def test_a_folder_that_is_not_a_run_is_refused(command, tmp_path):
    refuses(command("evaluate", tmp_path), "is not a run")
    refuses(command("sample", tmp_path), "neither a run nor an export")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ("vocabulary.json", ["incomplete", "vocabulary.json"]),
        ("config.json", ["incomplete", "config.json"]),
        ("*.keras", ["no checkpoint"]),
    ],
)
def test_an_incomplete_run_folder_is_refused(files, words, command, run_copy):
    for file in run_copy.rglob(files):
        file.unlink()
    refuses(command("sample", run_copy), *words)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("run.json", {"format": 99, "version": "7.0"}, ["hcvae_tf 7.0"]),
        ("config.json", {"model": {"heads": 8}}, ["unknown setting 'heads'"]),
        (
            "vocabulary.json",
            {"characters": [999]},
            ["vocabulary.json", "damaged"],
        ),
    ],
)
def test_a_changed_run_folder_is_refused(
    name, change, words, command, run_copy
):
    content = json.loads((run_copy / name).read_text())
    (run_copy / name).write_text(json.dumps({**content, **change}))
    refuses(command("sample", run_copy), *words)


def test_a_damaged_checkpoint_is_refused_until_it_is_moved(command, run_copy):
    best, last = (run_copy / f"checkpoints/{n}.keras" for n in ("best", "last"))
    best.write_bytes(best.read_bytes()[:-1000])
    refuses(command("sample", run_copy), "damaged", "move it away")
    best.rename(run_copy / "moved")
    succeeds(command("sample", run_copy, "-n", 1))
    last.write_bytes(last.read_bytes()[:-1000])
    resume = ("fit", "--resume", run_copy, "--epochs", 3)
    refuses(command(*resume), "damaged", "move it away")


@pytest.mark.slow
def test_a_run_without_a_checkpoint_begins_again(command, run_copy):
    (run_copy / "checkpoints/last.keras").unlink()
    resume = ("fit", "--resume", run_copy, "--epochs", 3)
    assert "starting at step 0" in succeeds(command(*resume)).err


def test_changed_data_is_refused(command, run_copy):
    file = run_copy / "run.json"
    text = file.read_text()
    fingerprint = json.loads(text)["dataset"]["fingerprint"]
    file.write_text(text.replace(fingerprint, "0" * 64))
    refuses(command("fit", "--resume", run_copy, "--epochs", 3), "has changed")
    refuses(command("evaluate", run_copy), "has changed")


def test_a_language_model_cannot_reconstruct_or_interpolate(
    command, language_model_run
):
    run = language_model_run
    succeeds(command("sample", run, "-n", 1))
    refuses(command("reconstruct", run, "hi"), "without a latent")
    refuses(command("interpolate", run, "--random"), "without a latent")
    vae = TrainedTextVAE.load(run)
    none = np.zeros(0)
    for ask in (
        lambda: vae.encode(["hi"]),
        lambda: vae.reconstruct(["hi"]),
        lambda: vae.arithmetic("a", "b", "c"),
        lambda: vae.interpolate(none, none),
        lambda: vae.vary(none, 0),
    ):
        with pytest.raises(UserError, match="without a latent"):
            ask()


@pytest.mark.parametrize(
    ("name", "flags", "words"),
    [
        ("evaluate", ["--split", "tset"], ["'tset'", "validation"]),
        ("sample", ["-n", "0"], ["-n must be from 1 to"]),
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
    name, flags, words, on_run
):
    refuses(on_run(name, *flags), *words)


def test_a_full_disk_keeps_what_was_saved_before(make_model, tmp_path):
    file = tmp_path / "run" / "checkpoints" / "last.keras"
    file.parent.mkdir(parents=True)
    model = make_model(length=9)
    save_model(model, file, "")
    before = file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The system then refuses larger files.
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, limits[1]))
    try:
        with pytest.raises(UserError, match="saved before is kept") as error:
            save_model(model, file, "try again")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith("then try again")
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["last.keras"]


def test_a_loss_that_is_not_finite_is_reported_with_the_step(
    make_model, vocabulary, tmp_path
):
    run = RunFolder(tmp_path)
    run.create(small_config(), vocabulary.to_json(), {})
    model = make_model(length=9)
    # As in models of earlier versions.
    model.guard = None
    save_last(run, model)
    good = run.last.read_bytes()
    model.optimizer.iterations.assign(41)
    with Checkpointing(run, Distribution(), 100) as callback:
        callback.set_model(model)
        with pytest.raises(UserError, match="not finite at step 41") as error:
            callback.on_train_batch_end(0, {"loss": float("nan")})
    assert str(run.last) in str(error.value)
    weight = model.trainable_weights[0]
    weight.assign(np.full(weight.shape, np.nan))
    with pytest.raises(UserError, match="not finite at step 41"):
        save_last(run, model)
    with pytest.raises(UserError, match="not finite at step 41"):
        save_best(run, model, 1, 100, {"val_negative_elbo": float("inf")})
    assert run.last.read_bytes() == good
    assert load_model(run.last) is not None


@pytest.mark.slow
def test_a_diverging_run_is_stopped(fit):
    length = ["--epochs", 1, "--steps-per-epoch", 20]
    result = fit("--learning-rate", 1e30, *length)
    refuses(result, "not finite at step", "--learning-rate")
