"""Which part this process has in a search, as KerasTuner's variables say."""

import os
from typing import Literal

from pipelines.command_line import UserError

_ADDRESS = ("KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT")
_ID = "KERASTUNER_TUNER_ID"


def role() -> Literal["alone", "chief", "worker"]:
    """The part of this process.

    Raises:
        UserError: if only some of the variables are set.
    """
    if not any(name in os.environ for name in _ADDRESS):
        return "alone"
    for name in (*_ADDRESS, _ID):
        if not os.environ.get(name):
            raise UserError(
                f"a search in several processes needs {', '.join(_ADDRESS)} "
                f"and {_ID}, chief for one of them; {name} is not set"
            )
    return "chief" if "chief" in os.environ[_ID] else "worker"
