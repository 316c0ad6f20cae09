"""What is printed while a dataset is prepared."""

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios

import pytest
import tensorflow_datasets as tfds

from pipelines import prepare as command


def prepare(file, folder, *flags):
    arguments = [*flags, "--data-file", file, "--data-dir", folder]
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.prepare", "lines", *arguments],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_one_line_says_from_what_and_to_where(tmp_path):
    file, folder = tmp_path / "mine.txt", tmp_path / "data"
    file.write_text("one\ntwo\nthree\n")
    done = prepare(file, folder)
    place, *_ = folder.glob("lines/*/*")
    first, *others = done.stderr.splitlines()
    name = place.relative_to(folder).parent
    assert first == f"preparing {name} from {file} to {place}"
    assert not any("Downloading" in line for line in others)
    assert "100%" not in done.stderr
    assert f"is in {place}" in done.stdout


@pytest.mark.slow
def test_notices_of_the_library_are_printed_when_they_are_asked_for(tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("one\ntwo\nthree\n")
    done = prepare(file, tmp_path / "data")
    noisy = prepare(file, tmp_path / "again", "-v")
    assert "Downloading and preparing" in noisy.stderr
    assert noisy.stdout.splitlines()[1:] == done.stdout.splitlines()[1:]


@pytest.mark.parametrize("kind", ["lines", "tweets"])
def test_progress_on_a_terminal_has_plain_names(tmp_path, monkeypatch, kind):
    file = tmp_path / "mine.txt"
    file.write_text("".join(f"text {number}\n" for number in range(50)))
    terminal, stderr = os.openpty()
    size = struct.pack("HHHH", 24, 80, 0, 0)
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, size)
    flags = ["--data-file", str(file), "--data-dir", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["prepare", kind, *flags])
    with os.fdopen(stderr, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        # A preparation without a terminal, by another test, disables it.
        tfds.enable_progress_bar()
        command.main()
    printed = os.read(terminal, 1 << 16).decode()
    bars = re.findall(r"[\r\n]([a-z ]+): +(?:\d+%|\d+ texts)", printed)
    assert {name.split()[0] for name in bars} == {"reading", "writing"}
    assert "incomplete" not in printed
    assert "Generating" not in printed
