"""Parsing of flags and one-line error messages, for all commands."""

import argparse
import errno
import os
import re
import sys
from collections.abc import Callable
from typing import TypeVar

from pipelines.errors import UserError
from pipelines.start_process import start_process

Command = TypeVar("Command")

_WRITE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def parse(
    command: type[Command],
    prog: str,
    args: list[str] | None = None,
    default: Command | None = None,
) -> Command:
    """Reads command-line flags into a dataclass.

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

    from pipelines.compat.tyro import refusals

    keywords = {} if default is None else {"default": default}
    with refusals(prog):
        return tyro.cli(
            command,
            prog=prog,
            args=sys.argv[1:] if args is None else args,
            config=(tyro.conf.OmitArgPrefixes,),
            **keywords,
        )


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
    return known


def run_command(main: Callable[[], int | None]) -> None:
    """Runs a command's `main` and exits with its status.

    A `UserError` or a full disk prints one line to standard error and exits
    with status 2. Ctrl-C exits with 130. A reader that closes the pipe early
    is not an error.
    """
    try:
        start_process()
        status = main() or 0
        sys.stdout.flush()
    except UserError as error:
        status = _print_error(str(error))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        status = 130
    except BrokenPipeError:
        # Otherwise Python reports the error again when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        if error.errno not in _WRITE_ERRORS:
            raise
        file = f" {error.filename}" if error.filename else ""
        status = _print_error(
            f"cannot write{file}: {error.strerror}; free disk space and try "
            "again"
        )
    sys.exit(status)


def _print_error(reason: str) -> int:
    """Prints an error with flags for names of arguments; returns status 2."""
    line = re.sub(
        "`([a-z][a-z0-9_]*)`",
        lambda name: f"--{name[1].replace('_', '-')}",
        reason,
    )
    print(f"error: {line}", file=sys.stderr)
    return 2
