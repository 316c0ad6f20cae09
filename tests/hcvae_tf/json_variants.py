"""Damaged variants of a JSON file, as crashes, editors and attackers make."""

import copy
import json

_MISSING = object()
_VALUES = ("x", "\0", -1, 1e308, True, None, [], {}, [[]])


def variants(text):
    """Yields texts in which one thing of a JSON object is damaged.

    It is cut, no object, nested deeply, or one of its values is missing or
    of another kind.
    """
    yield from (
        "",
        "[]",
        "{}",
        "null",
        "1",
        '"x"',
        "\0\1",
        text[: len(text) // 2],
    )
    yield "[" * 100_000
    yield text.replace("{", '{"unheard": 1, ', 1)
    whole = json.loads(text)
    for *parents, last in _places(whole):
        for value in (_MISSING, *_VALUES):
            damaged = part = copy.deepcopy(whole)
            for key in parents:
                part = part[key]
            if value is _MISSING:
                del part[last]
            else:
                part[last] = value
            yield json.dumps(damaged)


def _places(value, *path):
    """Yields the keys to each value inside a value of JSON."""
    keys = value if isinstance(value, dict) else ()
    if isinstance(value, list):
        # All elements of a list are of one kind.
        keys = range(min(len(value), 1))
    for key in keys:
        yield *path, key
        yield from _places(value[key], *path, key)
