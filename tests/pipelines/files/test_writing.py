"""Checks that files and folders are written completely or not at all."""

import multiprocessing
import os
import signal
import time

import pytest

from pipelines.errors import UserError
from pipelines.files.writing import replacing, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fail_while_writing_a_file(file, shared):
    with replacing(file, shared) as part:
        assert part.suffix == ".json"
        part.write_text("half")
        assert file.read_text() == "old"
        1 / 0  # noqa: B018


def fail_while_writing_a_folder(folder):
    with replacing(folder) as part:
        part.mkdir()
        (part / "one").touch()
        1 / 0  # noqa: B018


@pytest.mark.parametrize("shared", [False, True])
def test_an_error_keeps_the_old_file(tmp_path, shared):
    file = tmp_path / "a.json"
    write_text(file, "old")
    with pytest.raises(ZeroDivisionError):
        fail_while_writing_a_file(file, shared)
    assert file.read_text() == "old"
    assert names(tmp_path) == ["a.json"]
    with replacing(file, shared) as part:
        part.write_text("new")
    assert file.read_text() == "new"
    assert names(tmp_path) == ["a.json"]


def test_a_folder_is_written_completely_or_not_at_all(tmp_path):
    folder = tmp_path / "run"
    with pytest.raises(ZeroDivisionError):
        fail_while_writing_a_folder(folder)
    assert names(tmp_path) == []
    with replacing(folder) as part:
        part.mkdir()
        (part / "one").touch()
    assert names(folder) == ["one"]


def test_an_existing_folder_is_not_replaced(tmp_path):
    folder = tmp_path / "1"
    folder.mkdir()
    (folder / "model").touch()
    with pytest.raises(OSError), replacing(folder, shared=True) as part:  # noqa: PT011
        part.mkdir()
    assert names(folder) == ["model"]
    assert names(tmp_path) == ["1"]


def write_without_end(file, started):
    with replacing(file) as part:
        part.write_text("half")
        started.set()
        time.sleep(100)


def test_a_killed_process_leaves_the_old_file(tmp_path):
    file = tmp_path / "a.txt"
    write_text(file, "old")
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    process = context.Process(target=write_without_end, args=(file, started))
    process.start()
    assert started.wait(60)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert file.read_text() == "old"
    # The next process overwrites the unfinished file.
    write_text(file, "new")
    assert file.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


def test_error_of_writing_is_reported_as_a_user_error(tmp_path):
    with pytest.raises(UserError, match=r"cannot write .*a\.txt: No such"):
        write_text(tmp_path / "missing" / "a.txt", "text")
