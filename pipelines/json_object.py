"""Reads JSON that may be damaged."""

import json
from typing import Any


def json_object(text: str) -> dict[str, Any]:
    """Reads a JSON object.

    Raises:
        ValueError: if the text is not JSON, or not an object.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    return value
