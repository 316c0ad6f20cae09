"""Running commands from tests: in this process, or as a user would."""

import importlib
import subprocess
import sys
from typing import NamedTuple

import pytest

from pipelines.command_line import run

TINY = [
    *("--dataset", "tweets/synthetic", "--texts", "200", "--length", "48"),
    *("--z-size", "4", "--maps", "8", "8", "--feature-size", "8"),
    *("--decoder-units", "8", "--encoder-units", "8", "--batch-size", "8"),
    *("--kl-start", "2", "--kl-end", "6", "--validation-batches", "2"),
]


class Result(NamedTuple):
    status: int
    out: str
    err: str


def call(capfd, module, *arguments):
    """Runs a command's `main` in this process."""
    main = importlib.import_module(module).main
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [module, *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            run(main)
    return Result(end.value.code, *capfd.readouterr())


def begin(module, *arguments):
    """Starts a command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refuses(result, *words):
    """Asserts that a command ended with one line that holds the words."""
    assert result.status == 2, result
    line = result.err.splitlines()[-1]
    assert line.startswith("error: "), result.err
    assert "Traceback" not in result.err
    for word in words:
        assert word in line, line
    assert result.out == ""
