"""Training on the files of a pattern, from any folder."""

import json

from shared import TINY, call


def test_the_files_of_a_pattern_are_found_from_another_folder(
    tmp_path, monkeypatch, capfd
):
    files = tmp_path / "files"
    files.mkdir()
    for part in range(3):
        lines = (f"text {part} {number}" for number in range(70))
        (files / f"part-{part}.txt").write_text("\n".join(lines))
    monkeypatch.chdir(files)
    flags = [*TINY, "--epochs", "1", "--steps-per-epoch", "2"]
    start = flags.index("--texts")
    del flags[start : start + 2]
    flags[flags.index("tweets/synthetic")] = "lines"
    folders = ["--data-dir", "../data", "--run-dir", "../run"]
    fit = call(
        capfd, "hcvae_tf.fit", *flags, "--data-file", "part-*.txt", *folders
    )
    assert fit.status == 0, fit.err
    assert "210 read, 210 kept" in fit.err
    data = json.loads((tmp_path / "run/config.json").read_text())["data"]
    assert data["data_file"] == f"{files}/part-*.txt"
    monkeypatch.chdir(tmp_path)
    evaluate = call(capfd, "hcvae_tf.evaluate", "run", "--first", "5")
    assert evaluate.status == 0, evaluate.err
    assert "found lines/files-part-" in evaluate.err
