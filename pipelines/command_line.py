"""Parsing of flags and one-line error messages, for all commands."""

import argparse
import dataclasses
import os
import re
import sys
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from pipelines.errors import UserError, UserNote
from pipelines.failures import as_user_error
from pipelines.standard_streams import discard_output, on_one_line, safe_streams
from pipelines.start_process import show_notices, start_process

Command = TypeVar("Command")

MAY_BE_EMPTY = "may be empty"
"""Annotates a flag whose value may be the empty string."""


def parse(
    command: type[Command],
    prog: str,
    args: list[str] | None = None,
    default: Command | None = None,
) -> Command:
    """Reads command-line flags into a dataclass.

    `--help` prints `help_text`, and `--verbose` the notices of libraries.

    Args:
        command: the dataclass; flags of nested dataclasses have no prefix.
        prog: how the command is called, e.g. `"python -m hcvae_tf.fit"`.
        args: the arguments, `sys.argv[1:]` by default.
        default: an instance whose values are the defaults of the flags.

    Raises:
        UserError: if the arguments are invalid.
        SystemExit: with status 0 after `--help`.
    """
    import tyro

    from pipelines.command_help import help_text
    from pipelines.compat.tyro import refusals

    args = sys.argv[1:] if args is None else args
    own, separator, texts = _partition(args)
    if {"-h", "--help"} & {*own}:
        print(help_text(command, prog, default))
        sys.exit()
    if {"-v", "--verbose"} & {*own}:
        show_notices()
        own = [each for each in own if each not in ("-v", "--verbose")]
    args = [*own, *separator, *texts]
    _refuse_repeated(args)
    keywords = {} if default is None else {"default": default}
    with refusals(prog):
        parsed = tyro.cli(
            command,
            prog=prog,
            args=args,
            config=(tyro.conf.OmitArgPrefixes,),
            **keywords,
        )
    return _with_paths(parsed)


def _partition(args: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Splits arguments at `--`, after which all are texts."""
    end = args.index("--") if "--" in args else len(args)
    return args[:end], args[end : end + 1], args[end + 1 :]


def _refuse_repeated(args: list[str]) -> None:
    """Raises UserError if two files are given; one would be ignored."""
    flags = [each.partition("=")[0].replace("_", "-") for each in args]
    if flags.count("--data-file") > 1:
        raise UserError(
            "`data_file` is given twice; give a pattern for several files, "
            "such as 'part-*.txt'"
        )


def _with_paths(command: Any) -> Any:
    """Returns the command with `~` expanded in all values but texts.

    Raises:
        UserError: if a flag that needs a value has an empty one.
    """
    from pipelines.compat.tyro import flag_notes

    all_notes = flag_notes(type(command))
    changed = {}
    for field in dataclasses.fields(command):
        value = getattr(command, field.name)
        notes = all_notes[field.name]
        if MAY_BE_EMPTY in notes.others:
            continue
        if dataclasses.is_dataclass(value):
            changed[field.name] = _with_paths(value)
        elif isinstance(value, str | tuple):
            several = value if isinstance(value, tuple) else (value,)
            if "" in several:
                name = f"`{notes.name or field.name}`"
                if notes.positional:
                    name = field.name.upper()
                raise UserError(f"{name} is empty; give a value")
            expanded = tuple(map(_expanded, several))
            changed[field.name] = (
                expanded if isinstance(value, tuple) else expanded[0]
            )
    return dataclasses.replace(command, **changed)


def _expanded(value: Any) -> Any:
    return os.path.expanduser(value) if isinstance(value, str) else value


def first_flags(args: list[str], *names: str) -> argparse.Namespace:
    """Reads the flags that determine the defaults of the other flags.

    Args:
        args: all arguments of the command.
        names: names of the flags; at most one of them may be given.

    Returns:
        The value of each flag; None for a flag that is not given.

    Raises:
        UserError: if more than one is given.
    """
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for name in names:
        first.add_argument(f"--{name}", nargs="?")
    known, _ = first.parse_known_args(args)
    given = [f"--{name}" for name, value in vars(known).items() if value]
    if len(given) > 1:
        raise UserError(f"give only one of {' and '.join(given)}")
    for name, value in vars(known).items():
        setattr(known, name, _expanded(value))
    return known


def run_command(main: Callable[[], int | None]) -> None:
    """Runs a command's `main` and exits with its status.

    A `UserError`, and a failure of the machine such as a full disk, prints one
    line to standard error and exits with status 2. Ctrl-C exits with 130. A
    reader that closes the pipe early is not an error. A `UserNote` is a line.
    """
    with safe_streams(), warnings.catch_warnings():
        warnings.showwarning = _showing_notes(warnings.showwarning)
        status = _run(main)
    sys.exit(status)


def _run(main):
    try:
        start_process()
        status = main() or 0
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        discard_output()
        return 0
    except Exception as error:
        told = as_user_error(error)
        if told is None:
            raise
        print(f"error: {_with_flags(str(told))}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except OSError:
        discard_output()
    return 2


def _showing_notes(other):
    """Returns a function that shows a warning, other kinds with `other`."""

    def show(message, category, *place):
        if issubclass(category, UserNote):
            print(f"note: {message}", file=sys.stderr)
        else:
            other(message, category, *place)

    return show


def _with_flags(reason: str) -> str:
    """Returns an error on one line, with flags for names of arguments."""
    return re.sub(
        "`([a-z][a-z0-9_]*)`",
        lambda name: f"-{'-' * (len(name[1]) > 1)}{name[1].replace('_', '-')}",
        on_one_line(reason),
    )
