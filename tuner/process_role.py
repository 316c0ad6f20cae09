"""Which part this process has in a search, as KerasTuner's variables say."""

import os
from typing import Literal

from pipelines.errors import UserError

_ADDRESS = ("KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
_ID = "KERASTUNER_TUNER_ID"


def address() -> str:
    """Where the chief listens."""
    return ":".join(os.environ[name] for name in _ADDRESS)


def role() -> Literal["alone", "chief", "worker"]:
    """The part of this process.

    Raises:
        UserError: if only some of the variables are set, or wrongly.
    """
    if not any(name in os.environ for name in _ADDRESS):
        return "alone"
    for name in (*_ADDRESS, _ID):
        if not os.environ.get(name):
            raise UserError(
                f"a search in several processes needs {', '.join(_ADDRESS)} "
                f"and {_ID}, chief for one of them; {name} is not set"
            )
    port = os.environ[_ADDRESS[1]]
    if not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise UserError(
            f"{_ADDRESS[1]} must be the number of a port, not {port}"
        )
    return "chief" if "chief" in os.environ[_ID] else "worker"
