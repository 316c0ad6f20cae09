"""A run finds its data again after the file, or the prepared data, moved."""

import json
import shutil

import pytest
from shared import TINY_MODEL, call, refuses, run_python, succeeds


@pytest.mark.slow
def test_prepared_data_is_enough_or_the_same_data_at_a_new_place(
    tmp_path, command
):
    file = tmp_path / "mine [1].txt"
    file.write_text("".join(f"text number {n}\n" for n in range(60)))
    run, data = tmp_path / "run", tmp_path / "data"
    flags = ["--dataset", "lines", "--data-file", file, *TINY_MODEL]
    flags += ["--epochs", 1, "--steps-per-epoch", 2]
    succeeds(command("fit", *flags, "--data-dir", data, "--run-dir", run))
    file = file.rename(tmp_path / "elsewhere.txt")
    # As a pattern, the name of the file that is gone would match this one.
    other = tmp_path / "mine 1.txt"
    other.write_text("other\ntexts\nhere\n")
    assert "found lines/file-mine_1_" in succeeds(command("evaluate", run)).err
    resume = ["fit", "--resume", run, "--epochs"]
    succeeds(command(*resume, 2))
    other.unlink()
    shutil.rmtree(data)
    refuses(command("evaluate", run), "mine [1].txt", "--data-file")
    refuses(command(*resume, 3), "is not there", "--data-file")
    new = tmp_path / "new"
    succeeds(command(*resume, 3, "--data-file", file, "--data-dir", new))
    assert list(new.glob("lines/file-elsewhere-*/*/*.tfrecord*"))
    # The run keeps the new place.
    found = succeeds(command("evaluate", run)).err
    assert "found lines/file-elsewhere-" in found
    # The texts of its training are no new ones, whatever the file's name.
    same = ["evaluate", run, "--data-file", file, "--data-dir", new]
    assert "note: the model was trained on" in succeeds(command(*same)).err
    apart = succeeds(command(*same, "--split", "validation")).err
    assert "was trained on" not in apart
    file.write_text(file.read_text() + "one more\n")
    assert "was trained on" not in succeeds(command(*same)).err
    refuses(command(*resume, 4, "--data-file", file), "has changed")


def test_missing_data_is_named_before_tensorflow_is_loaded(run_copy):
    run = run_copy
    config = json.loads((run / "config.json").read_text())
    config["data"].update(
        dataset="lines",
        data_file=str(run.parent / "mine [1].txt"),
        data_dir=str(run.parent / "data"),
        texts=None,
    )
    (run / "config.json").write_text(json.dumps(config))
    # Also of a shipped model, if no made-up texts are like its own.
    shutil.rmtree(run / "checkpoints")
    for name, *flags in (
        *(("encode", "--to", run.parent / "codes"), ("evaluate",)),
        *(("map",), ("probe",)),
    ):
        code = f"""
import sys
from hcvae_tf import {name}
from pipelines.errors import UserError
try:
    {name}.main()
except UserError as error:
    print(error)
print("tensorflow" in sys.modules)
"""
        error, loaded = run_python(code, run, *flags).stdout.splitlines()
        assert "mine [1].txt, the training data of" in error
        assert "`data_file`" in error
        assert loaded == "False"


def test_a_file_is_read_as_its_ending_says_whatever_was_prepared(
    tmp_path, capfd
):
    text = tmp_path / "mine.txt"
    text.write_text("".join(f"up\ttext {n}\n" for n in range(9)))
    flags = ["--data-dir", tmp_path / "data", "--data-file"]
    prepare = ["pipelines.prepare", "lines", *flags]
    first = succeeds(call(capfd, *prepare, text))
    table = text.rename(tmp_path / "mine.tsv")
    second = succeeds(call(capfd, *prepare, table))
    assert first.out.splitlines()[0] != second.out.splitlines()[0]
    assert "labels: up 9" in second.err


def test_folders_that_libraries_take_for_patterns_are_refused(
    exported, command, tmp_path, capfd
):
    """With a neighbour that the pattern matches, which would be read."""
    for name in ("m1", "m[1]"):
        shutil.copytree(exported, tmp_path / name / "tiny")
    refuses(command("sample", tmp_path / "m[1]" / "tiny"), "TensorFlow takes")
    prepare = ["pipelines.prepare", "tweets/synthetic", "--texts", 20]
    succeeds(call(capfd, *prepare, "--data-dir", tmp_path / "d1"))
    refuses(call(capfd, *prepare, "--data-dir", tmp_path / "d[1]"), "d[1] has")
    assert not (tmp_path / "d[1]").exists()


@pytest.mark.parametrize("pattern", ["~/part-*.txt", "~/part-1.txt"])
def test_the_home_folder_is_expanded_also_in_patterns(
    pattern, tmp_path, capfd, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "part-1.txt").write_text("one\ntwo\nthree\nfour\n")
    flags = [f"--data-file={pattern}", "--data-dir=~/data"]
    succeeds(call(capfd, "pipelines.prepare", "lines", *flags))
    assert (tmp_path / "data" / "lines").is_dir()


def test_a_flag_given_twice_is_refused(command):
    flags = ["--dataset", "lines", "--data-file", "a.txt", "--data_file=b.txt"]
    refuses(command("fit", *flags), "--data-file is given twice")
