"""Preparing a dataset leaves nothing in the temporary folder."""

import tempfile

import pytest
from corpus_helpers import write_file
from multi_file_data import prepare


@pytest.mark.parametrize("beam", [None, "--direct_running_mode=in_memory"])
def test_preparing_leaves_the_temporary_folder_empty(
    beam, tmp_path, monkeypatch
):
    if beam:
        pytest.importorskip("apache_beam")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    write_file(tmp_path / "files", "a.txt", b"one\ntwo\nthree")
    prepare(tmp_path / "files", tmp_path / "data", beam)
    assert not list(temporary.iterdir())
    assert tempfile.gettempdir() == str(temporary)
