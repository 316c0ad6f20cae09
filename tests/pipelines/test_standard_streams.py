"""Commands end well whatever their standard streams are."""

import ast
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.standard_streams import on_one_line

# A command without TensorFlow; it writes a file between its outputs.
_COMMAND = """
import sys
from pathlib import Path
from pipelines.command_line import run_command

def main():
    print("caf\\u00e9 \\U0001f602", file=sys.stderr, flush=True)
    with open("file", "w") as file:
        print("a text \\U0001f602", flush=True)
        file.write("of its own")
    assert Path("file").read_text() == "of its own"
    Path("read").write_text(sys.stdin.read())

run_command(main)
"""


@pytest.fixture
def run(tmp_path):
    """Returns a function that runs the command with redirections."""

    def shell(redirections, **environment):
        (tmp_path / "command.py").write_text(_COMMAND)
        return subprocess.run(
            [
                *("bash", "-c"),
                f'"{sys.executable}" command.py {redirections}; '
                "exit ${PIPESTATUS[0]}",
            ],
            cwd=tmp_path,
            env={"PYTHONPATH": ":".join(sys.path), **environment},
            capture_output=True,
        )

    return shell


@pytest.mark.parametrize(
    "redirections",
    [
        *("<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"),
        "2>&1 >/dev/null | head -c 0",
    ],
)
def test_closed_full_or_unread_streams_do_not_end_the_work(
    redirections, run, tmp_path
):
    done = run(redirections)
    assert (done.returncode, b"Error" in done.stderr) == (0, False)
    assert (tmp_path / "read").read_text() == ""


def test_a_reader_that_leaves_is_no_error(run):
    done = run("| head -c 0")
    assert (done.returncode, b"Error" in done.stderr) == (0, False)


def test_output_that_cannot_be_written_is_an_error_of_one_line(run):
    done = run(">/dev/full")
    assert done.returncode == 2
    assert done.stderr.splitlines()[1:] == [
        b"error: cannot write: No space left on device; free disk space and "
        b"try again"
    ]


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-16-le"])
def test_what_an_encoding_does_not_have_is_escaped(encoding, run):
    done = run("", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    for stream, text in (
        (done.stdout, "a text \U0001f602\n"),
        (done.stderr, "café \U0001f602\n"),
    ):
        assert stream == text.encode(encoding, "backslashreplace")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\\")))
def test_escapes_keep_a_text_on_one_line_and_can_be_read_back(text):
    line = on_one_line(text)
    assert len(line.splitlines()) <= 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line)
    quoted = line.replace("'", r"\'")
    assert ast.literal_eval(f"'{quoted}'") == text
