"""The workers that train one model together, read from `TF_CONFIG`.

Nothing here needs TensorFlow, so that a wrong setting is refused at once.
"""

import os
import re
from typing import Literal, NamedTuple

from pipelines.errors import UserError
from pipelines.json_object import json_object

Strategy = Literal["auto", "one", "mirrored", "multiworker"]

_EXAMPLE = (
    '{"cluster": {"worker": ["host0:2222", "host1:2222"]}, '
    '"task": {"type": "worker", "index": 0}}'
)


class Cluster(NamedTuple):
    """The number of workers and the index of this process.

    Attributes:
        workers: number of workers, including the chief.
        index: index of this process; the chief is 0.
    """

    workers: int = 1
    index: int = 0


def read_cluster(strategy: Strategy) -> Cluster:
    """Reads `TF_CONFIG`, if the strategy uses it.

    Args:
        strategy: the name of the strategy.

    Raises:
        UserError: if it is missing or invalid.
    """
    text = os.environ.get("TF_CONFIG")
    if strategy not in ("auto", "multiworker"):
        return Cluster()
    if not text:
        if strategy == "auto":
            return Cluster()
        raise UserError(
            "`strategy` multiworker needs the environment variable TF_CONFIG, "
            f"such as {_EXAMPLE}"
        )
    try:
        config = json_object(text)
        tasks = config["cluster"]
        kind, index = config["task"]["type"], int(config["task"]["index"])
        tasks[kind][index]
        hosts = [*tasks.get("chief", []), *tasks.get("worker", [])]
        valid = (
            set(tasks) <= {"chief", "worker"}
            and len(tasks.get("chief", [])) <= 1
            and index >= 0
            and all(re.fullmatch(r"\S+:\d+", host) for host in hosts)
            and len(set(hosts)) == len(hosts)
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        valid = False
    if not valid:
        raise UserError(
            "TF_CONFIG must name the workers, and the type and index of this "
            f"process, such as {_EXAMPLE}"
        )
    chiefs = len(tasks.get("chief", ())) if kind == "worker" else 0
    return Cluster(len(hosts), chiefs + index)
