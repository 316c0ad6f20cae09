"""Role of this process in a search, from KerasTuner's variables."""

import os
from typing import Literal

from pipelines.errors import UserError

_ADDRESS = ("KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
_ID = "KERASTUNER_TUNER_ID"


def address() -> str:
    """Returns the address at which the chief listens."""
    return ":".join(os.environ[name] for name in _ADDRESS)


def role() -> Literal["alone", "chief", "worker"]:
    """Returns the role of this process.

    Raises:
        UserError: if a variable is invalid or only some are set.
    """
    if not any(name in os.environ for name in _ADDRESS):
        return "alone"
    for name in (*_ADDRESS, _ID):
        if not os.environ.get(name):
            raise UserError(
                f"{name} is not set; a search in several processes needs "
                f"{', '.join(_ADDRESS)} and {_ID}, chief for one of them"
            )
    port = os.environ[_ADDRESS[1]]
    if not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise UserError(
            f"{_ADDRESS[1]} must be a port number, 1 to 65535, not {port}"
        )
    return "chief" if "chief" in os.environ[_ID] else "worker"
