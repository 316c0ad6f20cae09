"""Converts values of JSON to dataclasses."""

import contextlib
import dataclasses
import types
import typing
from typing import Any

from pipelines.errors import UserError


def dataclass_from_json(kind: Any, values: dict[str, Any]) -> Any:
    """Converts a JSON object to a dataclass, including nested dataclasses.

    Args:
        kind: a dataclass. Its fields are numbers, strings, Literals, tuples
            of one type, dictionaries with names as keys, named tuples,
            dataclasses, or one of several of these or None.
        values: the values by field; a missing field has its default.

    Raises:
        UserError: if a field is unknown or a value has the wrong type.
    """
    hints = typing.get_type_hints(kind)
    fields = [field.name for field in dataclasses.fields(kind)]
    for name in values:
        if name not in fields:
            raise UserError(
                f"unknown setting {name!r}; choose one of {', '.join(fields)}"
            )
    return kind(
        **{
            name: _convert(name, hints[name], value)
            for name, value in values.items()
        }
    )


def _convert(name: str, hint: Any, value: Any) -> Any:
    options = typing.get_args(hint)
    origin = typing.get_origin(hint)
    if dataclasses.is_dataclass(hint) and isinstance(value, dict):
        return dataclass_from_json(hint, value)
    if origin is types.UnionType:
        for option in options:
            with contextlib.suppress(UserError):
                return _convert(name, option, value)
    if hint is types.NoneType and value is None:
        return None
    if origin is dict and isinstance(value, dict):
        return {
            key: _convert(key, options[1], each) for key, each in value.items()
        }
    if hasattr(hint, "_fields") and isinstance(value, list):
        hints = typing.get_type_hints(hint).values()
        if len(value) == len(hints):
            pairs = zip(hints, value, strict=True)
            return hint(*(_convert(name, *pair) for pair in pairs))
    if origin is tuple and isinstance(value, list):
        return tuple(_convert(name, options[0], element) for element in value)
    if origin is typing.Literal and value in options:
        return value
    if hint is float and type(value) is int:
        return float(value)
    if hint is Any or type(value) is hint:
        return value
    raise UserError(f"{name} cannot be {value!r}")
