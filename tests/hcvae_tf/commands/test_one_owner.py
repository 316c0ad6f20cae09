"""Two processes never write to one folder."""

import json

import pytest
from shared import SYNTHETIC, TINY_MODEL, begin, call, refuses

from hcvae_tf.command_line.default_folder import default_folder
from pipelines.files.folder_lock import owned


def test_fit_refuses_a_folder_that_another_process_writes(
    fit, command, run_copy, tmp_path
):
    with owned(run_copy):
        refuses(command("fit", "--resume", run_copy), "is being written by")
    with owned(tmp_path / "other"):
        result = fit("--run-dir", tmp_path / "other")
    refuses(result, "other is being written by process")
    assert not (tmp_path / "other" / "run.json").exists()


def test_export_and_search_refuse_it_too(
    command, finished_run, data_dir, tmp_path, capfd
):
    with owned(tmp_path):
        result = command("export", finished_run, "--to", tmp_path / "model")
        refuses(result, "is being written by process")
        flags = [*SYNTHETIC, *TINY_MODEL, "--data-dir", data_dir]
        result = call(capfd, "tuner.search", *flags, "--to", tmp_path)
        refuses(result, "is being written by process")


@pytest.mark.slow
def test_one_of_two_trainings_with_the_same_folder_is_refused(
    data_dir, tmp_path
):
    run = tmp_path / "run"
    flags = [*SYNTHETIC, *TINY_MODEL, "--data-dir", data_dir, "--run-dir", run]
    flags += ["--epochs", 1, "--steps-per-epoch", 2]
    both = [
        begin("hcvae_tf.fit", *flags, "--alpha", alpha) for alpha in (0.3, 0.7)
    ]
    errors = [process.communicate()[1] for process in both]
    statuses = [process.returncode for process in both]
    assert sorted(statuses) == [0, 2], errors
    assert "error: " in errors[statuses.index(2)]
    alpha = json.loads((run / "config.json").read_text())["objective"]["alpha"]
    assert alpha == (0.3, 0.7)[statuses.index(0)]


def test_default_names_of_one_second_differ_and_unused_ones_go(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("time.strftime", lambda *_: "20300101-000000")
    names = tmp_path, "tweets/synthetic", "small"
    with (
        default_folder(*names) as one,
        default_folder(*names) as two,
    ):
        assert one.name == "tweets-synthetic-small-20300101-000000"
        assert two.name == f"{one.name}-2"
        (two / "file").touch()
    assert [path.name for path in tmp_path.iterdir()] == [two.name]


@pytest.mark.parametrize("name", ["best.json", "log.csv"])
def test_damage_is_found_before_a_training_goes_on(name, command, run_copy):
    (file,) = run_copy.rglob(name)
    file.write_text("step\nnothing\n")
    result = command("fit", "--resume", run_copy, "--epochs", 3)
    refuses(result, name, "damaged", "move it away")
    assert file.read_text() == "step\nnothing\n"
