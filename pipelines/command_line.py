"""What every command shares: parsing into a dataclass, and plain errors."""

import argparse
import contextlib
import errno
import io
import os
import re
import sys
from collections.abc import Callable
from typing import TypeVar

Config = TypeVar("Config")

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


class UserError(Exception):
    """The user asked for something impossible; the text says what to do."""


def parse(
    config: type[Config],
    prog: str,
    args: list[str] | None = None,
    default: Config | None = None,
) -> Config:
    """Reads command-line flags into a dataclass.

    Args:
        config: the dataclass; nested dataclasses give flags without prefix.
        prog: what the user typed, e.g. `"python -m hcvae_tf.fit"`.
        args: the arguments, `sys.argv[1:]` by default.
        default: an instance whose values are the defaults of the flags.

    Raises:
        UserError: if the arguments do not fit, in one line.
        SystemExit: with status 0 after `--help`.
    """
    import tyro

    keywords = {} if default is None else {"default": default}
    printed = io.StringIO()
    try:
        with contextlib.redirect_stderr(printed):
            return tyro.cli(
                config,
                prog=prog,
                args=sys.argv[1:] if args is None else args,
                config=(tyro.conf.OmitArgPrefixes,),
                **keywords,
            )
    except SystemExit as error:
        if not error.code:
            raise
        raise UserError(
            f"{_one_line(printed.getvalue())} (see {prog} --help)"
        ) from None


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


def _one_line(box: str) -> str:
    """The message inside the box that the parser draws, without its hints."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", box)
    lines = []
    for line in plain.splitlines()[1:]:
        text = line.strip(" │")
        if re.fullmatch("[─╰╯├┤]+", text):
            break
        lines.append(text)
    return " ".join(filter(None, lines))


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
        print(f"error: {error}", file=sys.stderr)
        status = 2
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
        print(
            f"error: cannot write{where}: {error.strerror}; make room and "
            "try again",
            file=sys.stderr,
        )
        status = 2
    sys.exit(status)
