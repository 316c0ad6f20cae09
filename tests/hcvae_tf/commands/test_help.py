"""`--help` of every command, and the notices that `--verbose` shows."""

import importlib
import os
import re
import subprocess
import sys

import pytest
import tyro

from hcvae_tf.__main__ import commands
from hcvae_tf.fit import read_command
from hcvae_tf.models.presets import NOTES, PRESETS

FLAG = re.compile(r"--[a-z][a-z-]*")
RUN = """
import runpy, sys
name, *sys.argv[1:] = sys.argv[1:]
try:
    runpy.run_module(name, run_name="__main__", alter_sys=True)
finally:
    assert not {"tensorflow", "keras"} & sys.modules.keys()
"""


def help_of(name, flag="--help", columns=200):
    done = subprocess.run(
        [sys.executable, "-c", RUN, name, flag],
        env={**os.environ, "COLUMNS": str(columns)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def rows_of(text):
    """Returns the text of each flag, the flag included."""
    _, *rows = re.split(r"\n(?=  -)", text)
    return [re.split(r"\n(?! {4})", row)[0] for row in rows]


def flags_of_tyro(name, capsys):
    """Returns the flags in the help that tyro itself would print."""
    module = "hcvae_tf.reproduce.__main__" if "reproduce" in name else name
    command = getattr(
        importlib.import_module(module), name.rpartition(".")[2].capitalize()
    )
    config = (tyro.conf.OmitArgPrefixes,)
    with pytest.raises(SystemExit):
        tyro.cli(command, args=["--help"], config=config)
    lines = re.findall(r"^│ (-.*)", capsys.readouterr().out, re.MULTILINE)
    flags = {flag for line in lines for flag in FLAG.findall(line[:24])}
    return {flag for flag in flags if not flag.startswith("--no-")}


@pytest.mark.parametrize("name", commands())
def test_help_explains_each_flag_in_80_columns(name, capsys):
    text = help_of(name)
    assert max(map(len, text.splitlines())) <= 80
    assert "None" not in text
    rows = rows_of(text)
    for row in rows:
        assert len(row.split()) > 2, row
        assert row.count("default") <= 1, row
    listed = {flag for row in rows for flag in FLAG.findall(row.split("\n")[0])}
    assert flags_of_tyro(name, capsys) | {"--verbose"} <= listed


def test_help_is_as_narrow_as_the_terminal_and_both_flags_print_it():
    text = help_of("hcvae_tf.fit", columns=60)
    assert 50 < max(map(len, text.splitlines())) <= 60
    assert text == help_of("hcvae_tf.fit", "-h", columns=60)


def test_help_shows_the_defaults_of_a_preset_and_all_presets(capsys):
    with pytest.raises(SystemExit):
        read_command(["--preset", "ptb-conv", "--length", "7", "--help"])
    text = capsys.readouterr().out
    width = PRESETS["ptb-conv"].model.z_size
    assert f"Width of the latent vector. (default: {width})" in text
    words = " ".join(text.split())
    for name, note in NOTES.items():
        assert f"{name} {note.time}: {note.use}" in words
