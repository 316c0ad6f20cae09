"""Training on the files of a pattern, from any folder."""

import json

import pytest
from shared import succeeds


@pytest.mark.slow
def test_the_files_of_a_pattern_are_found_from_another_folder(
    tmp_path, monkeypatch, fit, command
):
    files = tmp_path / "files"
    files.mkdir()
    for part in range(3):
        lines = (f"text {part} {number}" for number in range(70))
        (files / f"part-{part}.txt").write_text("\n".join(lines))
    monkeypatch.chdir(files)
    data = ["--dataset", "lines", "--data-file", "part-*.txt"]
    folders = ["--data-dir", "../data", "--run-dir", "../run"]
    length = ["--epochs", 1, "--steps-per-epoch", 2]
    fitted = succeeds(fit(*data, *folders, *length))
    assert "210 read, 210 kept" in fitted.err
    data = json.loads((tmp_path / "run/config.json").read_text())["data"]
    assert data["data_file"] == f"{files}/part-*.txt"
    monkeypatch.chdir(tmp_path)
    evaluated = succeeds(command("evaluate", "run", "--first", 5))
    assert "found lines/files-part-" in evaluated.err
