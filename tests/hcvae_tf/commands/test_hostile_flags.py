"""Every flag of every command refuses what it cannot mean, in one line.

Commands and flags are found in the code, so that new ones are tested too.
"""

import dataclasses
import importlib
import types
import typing

import pytest
import tyro
from shared import call, refuses

from hcvae_tf.__main__ import commands
from pipelines.command_line import MAY_BE_EMPTY

_NO_NUMBER = ["", "nan", "\x1b[31m\n", "9" * 5000]
_HOSTILE = {
    int: [*_NO_NUMBER, "1.5", "-5", "9" * 30],
    float: [*_NO_NUMBER, "-inf", "inf", "-1e39"],
    str: ["", "x/" * 3000, f"{'x' * 300}.svg"],
}
_AROUND = (typing.Annotated, typing.Union, types.UnionType, tuple)
_NO_CHOICE = ["", "\x1b[31m\n", "x" * 300]


class Flag(typing.NamedTuple):
    field: dataclasses.Field
    kind: typing.Any
    notes: tuple

    @property
    def spelling(self):
        names = [n.name for n in self.notes if getattr(n, "name", None)]
        return "--" + (names or [self.field.name])[0].replace("_", "-")

    @property
    def positional(self):
        return tyro.conf.Positional in self.notes


def _command(name):
    """Returns the module and the dataclass of a command."""
    module = name if name != "hcvae_tf.reproduce" else f"{name}.__main__"
    command = name.rpartition(".")[2].capitalize()
    return module, getattr(importlib.import_module(module), command)


def _flags(command):
    """Yields all flags of a dataclass, those of nested ones included."""
    hints = typing.get_type_hints(command, include_extras=True)
    for field in dataclasses.fields(command):
        kind, notes = hints[field.name], ()
        while typing.get_origin(kind) in _AROUND:
            notes += getattr(kind, "__metadata__", ())
            kind = typing.get_args(kind)[0]
        if dataclasses.is_dataclass(kind):
            yield from _flags(kind)
        else:
            yield Flag(field, kind, notes)


def _cases():
    for name in commands():
        for flag in _flags(_command(name)[1]):
            if flag.positional or flag.kind is bool:
                continue
            if MAY_BE_EMPTY not in flag.notes:
                label = f"{name} {flag.spelling}"
                yield pytest.param(name, flag.spelling, id=label)


@pytest.fixture
def needed(finished_run, tmp_path, monkeypatch):
    """What commands cannot do without, by field."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts.txt").write_text("one\ntwo\n")
    return {
        **{"run": finished_run, "runs": finished_run, "to": "folder"},
        **{"name": "tweets/synthetic", "target": "all"},
        **{"positive": "texts.txt", "negative": "texts.txt"},
    }


@pytest.mark.parametrize(("name", "spelling"), _cases())
def test_a_flag_refuses_what_it_cannot_mean(name, spelling, needed, capfd):
    module, command = _command(name)
    arguments = []
    for flag in _flags(command):
        value = needed.get(flag.field.name, "a text")
        if flag.spelling == spelling:
            kind = flag.kind
        elif flag.positional:
            arguments.append(value)
        elif flag.field.default is dataclasses.MISSING:
            arguments.append(f"{flag.spelling}={value}")
    for value in _HOSTILE.get(kind, _NO_CHOICE):
        refuses(call(capfd, module, *arguments, f"{spelling}={value}"))


def test_a_positional_argument_cannot_be_empty(finished_run, capfd):
    refuses(call(capfd, "hcvae_tf.sample", ""), "RUN is empty")
    refuses(call(capfd, "hcvae_tf.plot", finished_run, ""), "RUNS is empty")
    refuses(call(capfd, "hcvae_tf.fit", "--from", ""), "--from is empty")
    assert call(capfd, "hcvae_tf.score", finished_run, "").status == 0
