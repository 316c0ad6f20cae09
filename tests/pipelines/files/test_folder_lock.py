"""A folder has one owner, as long as its process lives."""

import subprocess
import sys

import pytest

from pipelines.errors import UserError
from pipelines.files.folder_lock import owned

_HOLD = """
import sys, time
from pathlib import Path
from pipelines.files.folder_lock import owned
with owned(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(100)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, tmp_path / "folder"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_held_folder_is_refused_until_its_process_is_killed(other, tmp_path):
    folder = tmp_path / "folder"
    with pytest.raises(UserError, match=f"process {other.pid} on .* since"):
        owned(folder).__enter__()
    other.kill()
    other.wait()
    with owned(folder), pytest.raises(UserError, match="is being written"):
        owned(folder).__enter__()
    with owned(folder):
        pass


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="choose another"):
        owned(tmp_path / "file" / "folder").__enter__()
