"""Describes the machine, and times functions on it."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from importlib.metadata import version


def describe_environment() -> str:
    """Returns processor, cores, GPUs and versions in one line."""
    import tensorflow as tf

    packages = ("tensorflow", "keras", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    gpus = [
        tf.config.experimental.get_device_details(gpu).get("device_name", "GPU")
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    parts = [_processor(), f"{os.cpu_count()} cores", *gpus]
    return f"{', '.join(parts)}, python {platform.python_version()}, {versions}"


def seconds_in_turns(
    functions: Mapping[Hashable, Callable[[], object]], rounds: int
) -> dict[Hashable, list[float]]:
    """Times functions in turns, so that other load affects all of them.

    Args:
        functions: functions that wait for their results. Each is called
            twice before it is timed, to trace and warm up.
        rounds: number of times that each function is timed.

    Returns:
        For each name the seconds of all rounds.
    """
    for function in functions.values():
        function()
        function()
    seconds = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            begin = time.perf_counter()
            function()
            seconds[name].append(time.perf_counter() - begin)
    return seconds


def median_seconds(
    functions: Mapping[Hashable, Callable[[], object]], rounds: int
) -> dict[Hashable, float]:
    """Returns the median seconds of each function; see `seconds_in_turns`."""
    seconds = seconds_in_turns(functions, rounds)
    return {name: statistics.median(times) for name, times in seconds.items()}


def _processor():
    try:
        with open("/proc/cpuinfo") as file:
            lines = dict(
                line.split(":", 1) for line in file if line.count(":") == 1
            )
    except OSError:
        return platform.processor() or platform.machine()
    values = {name.strip(): value.strip() for name, value in lines.items()}
    extensions = ("avx512f", "avx512_bf16", "amx_bf16")
    flags = values.get("flags", "").split()
    names = [values.get("model name", platform.machine())]
    return " ".join(names + [flag for flag in extensions if flag in flags])
