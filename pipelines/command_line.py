"""What every command shares: flags into a dataclass, errors in one line."""

import argparse
import errno
import os
import re
import sys
from collections.abc import Callable
from typing import TypeVar

from pipelines.errors import UserError

Command = TypeVar("Command")

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def parse(
    command: type[Command],
    prog: str,
    args: list[str] | None = None,
    default: Command | None = None,
) -> Command:
    """Reads command-line flags into a dataclass.

    Args:
        command: the dataclass; nested dataclasses give flags without prefix.
        prog: what the user typed, e.g. `"python -m hcvae_tf.fit"`.
        args: the arguments, `sys.argv[1:]` by default.
        default: an instance whose values are the defaults of the flags.

    Raises:
        UserError: if the arguments do not fit, in one line.
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
    """Reads the flags that decide what the defaults of the others are.

    Args:
        args: the whole command line.
        names: of the flags; only one of them may be given.

    Returns:
        For each name its value, None if it is not given.

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
    """Runs a command's `main` and ends the process with its status.

    A `UserError` becomes one line on standard error and status 2; Ctrl-C
    gives 130; a reader that closes the pipe early is no error; a full disk
    is one line as well.
    """
    try:
        status = main() or 0
        sys.stdout.flush()
    except UserError as error:
        status = _refuse(str(error))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        status = 130
    except BrokenPipeError:
        # Python would complain once more when it flushes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        where = f" {error.filename}" if error.filename else ""
        status = _refuse(
            f"cannot write{where}: {error.strerror}; make room and try again"
        )
    sys.exit(status)


def _refuse(reason: str) -> int:
    """Prints an error, with flags for the names of arguments."""
    line = re.sub(
        "`([a-z][a-z0-9_]*)`",
        lambda name: f"--{name[1].replace('_', '-')}",
        reason,
    )
    print(f"error: {line}", file=sys.stderr)
    return 2
