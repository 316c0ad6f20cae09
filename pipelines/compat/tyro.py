"""Errors of tyro as UserError, in one line."""

import contextlib
import re
from collections.abc import Iterator

from tyro import _errors

from pipelines.errors import UserError


@contextlib.contextmanager
def refusals(prog: str) -> Iterator[None]:
    """Makes `tyro.cli` raise UserError instead of printing and exiting.

    Args:
        prog: how the command is called, e.g. `"python -m hcvae_tf.fit"`.
    """

    def refuse(event):
        raise UserError(f"{_reason(event)} (see {prog} --help)")

    with _errors.on_parse_error(refuse):
        yield


def _reason(event: _errors.ParseErrorEvent) -> str:
    if isinstance(event, _errors.MissingArgs):
        missing = [each.arg for each in event.missing_arguments]
        are = "are" if len(missing) > 1 else "is"
        return f"{', '.join(map(_flag, missing))} {are} missing"
    if isinstance(event, _errors.UnrecognizedArgs):
        return f"unknown arguments: {' '.join(event.tokens)}"
    if isinstance(event, _errors.InvalidChoice):
        return (
            f"{_flag(event.argument)} cannot be {event.value!r}; choose one of "
            f"{', '.join(event.choices)}"
        )
    if isinstance(event, _errors.BadValue):
        return f"{_flag(event.argument)} needs a value"
    if isinstance(event, _errors.InstantiationFailure):
        if not event.argument:
            return event.message
        # The message is Python's own and ends with the value.
        value = re.search(r"('[^']*'|\[.*\])$", event.message)
        return f"{_flag(event.argument)} cannot be {value[0] if value else ''}"
    return "these arguments do not go together"


def _flag(argument) -> str:
    """Returns the argument as the user types it, in its shortest spelling."""
    if argument.is_positional():
        return argument.lowered.metavar or argument.display_name()
    return min(argument.lowered.name_or_flags, key=len)
