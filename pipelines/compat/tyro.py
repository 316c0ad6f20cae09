"""Errors of tyro as UserError, in one line, and its notes on flags."""

import contextlib
import dataclasses
import re
import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import tyro
from tyro import _errors

from pipelines.errors import UserError

_NONE = type(None)


@dataclasses.dataclass(frozen=True)
class FlagNotes:
    """What the annotation of a field says about its flag.

    Attributes:
        kind: the type, without `None`.
        positional: whether it is an argument without a flag.
        hidden: whether there is no flag for it.
        name: name of the flag, if it is not that of the field.
        metavar: word for the value, if it is given.
        aliases: further spellings of the flag, such as `-n`.
        others: annotations that tyro does not know.
    """

    kind: Any
    positional: bool
    hidden: bool
    name: str | None
    metavar: str | None
    aliases: tuple[str, ...]
    others: tuple[Any, ...]


def flag_notes(command: Any) -> dict[str, FlagNotes]:
    """Returns the notes on each field of a dataclass of flags."""
    hints = get_type_hints(command, include_extras=True)
    return {name: _notes(hint) for name, hint in hints.items()}


def _notes(hint: Any) -> FlagNotes:
    notes: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, notes = get_args(hint)[0], (*notes, *hint.__metadata__)
        elif get_origin(hint) in (Union, types.UnionType):
            (hint,) = (each for each in get_args(hint) if each is not _NONE)
        else:
            break
    args = [each for each in notes if hasattr(each, "metavar")]
    known = [tyro.conf.Positional, tyro.conf.Suppress, *args]
    return FlagNotes(
        kind=hint,
        positional=tyro.conf.Positional in notes,
        hidden=tyro.conf.Suppress in notes,
        name=next((each.name for each in args if each.name), None),
        metavar=next((each.metavar for each in args if each.metavar), None),
        aliases=tuple(alias for each in args for alias in each.aliases or ()),
        others=tuple(each for each in notes if each not in known),
    )


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
    return "these arguments cannot be combined"


def _flag(argument) -> str:
    """Returns the argument as the user types it, in its shortest spelling."""
    if argument.is_positional():
        return argument.lowered.metavar or argument.display_name()
    return min(argument.lowered.name_or_flags, key=len)
