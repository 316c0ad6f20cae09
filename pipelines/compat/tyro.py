"""Why tyro refuses a command line, without the box that it draws."""

import contextlib
import re
from collections.abc import Iterator

from tyro import _errors

from pipelines.errors import UserError


@contextlib.contextmanager
def refusals(prog: str) -> Iterator[None]:
    """Lets `tyro.cli` raise UserError where it would print and exit.

    Args:
        prog: what the user typed, e.g. `"python -m hcvae_tf.fit"`.
    """

    def refuse(event):
        raise UserError(f"{_reason(event)} (see {prog} --help)")

    with _errors.on_parse_error(refuse):
        yield


def _reason(event: _errors.ParseErrorEvent) -> str:
    if isinstance(event, _errors.MissingArgs):
        missing = [each.arg for each in event.missing_arguments]
        return f"{', '.join(map(_flag, missing))} is missing"
    if isinstance(event, _errors.UnrecognizedArgs):
        return f"unknown: {' '.join(event.tokens)}"
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
        # Python's own words, which end with the value.
        value = re.search(r"('[^']*'|\[.*\])$", event.message)
        return f"{_flag(event.argument)} cannot be {value[0] if value else ''}"
    return "these arguments do not go together"


def _flag(argument) -> str:
    """The argument as it is typed, the longest of its spellings."""
    if argument.is_positional():
        return argument.lowered.metavar or argument.display_name()
    return max(argument.lowered.name_or_flags, key=len)
