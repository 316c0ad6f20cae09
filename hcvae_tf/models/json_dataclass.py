"""From the plain values of JSON to dataclasses."""

import dataclasses
import types
import typing
from typing import Any, TypeVar

from pipelines.errors import UserError

Made = TypeVar("Made")


def from_plain(kind: type[Made], values: dict[str, Any]) -> Made:
    """Makes a dataclass, and the dataclasses in it.

    Args:
        kind: a dataclass whose fields are numbers, strings, Literals, tuples
            of one type, optional ones, or dataclasses.
        values: by field; a field that is left out has its default.

    Raises:
        UserError: if there is no such field or a value has another type.
    """
    hints = typing.get_type_hints(kind)
    fields = [field.name for field in dataclasses.fields(kind)]
    for name in values:
        if name not in fields:
            raise UserError(
                f"there is no setting {name!r}; choose from {', '.join(fields)}"
            )
    return kind(
        **{
            name: _converted(name, hints[name], value)
            for name, value in values.items()
        }
    )


def _converted(name: str, hint: Any, value: Any) -> Any:
    options = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return from_plain(hint, value)
    if origin is types.UnionType:
        if value is None:
            return None
        (inner,) = (each for each in options if each is not types.NoneType)
        return _converted(name, inner, value)
    if origin is tuple and isinstance(value, list):
        return tuple(_converted(name, options[0], each) for each in value)
    if origin is typing.Literal and value in options:
        return value
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is hint:
        return value
    raise UserError(f"{name} cannot be {value!r}")
