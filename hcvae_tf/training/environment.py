"""What ran: processor, cores, GPUs and versions, for notes beside figures."""

import os
import platform
from importlib.metadata import version


def machine() -> str:
    """Processor, cores, GPUs and versions, in one line."""
    import tensorflow as tf

    packages = ("tensorflow", "keras", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    gpus = [
        tf.config.experimental.get_device_details(gpu).get("device_name", "GPU")
        for gpu in tf.config.list_physical_devices("GPU")
    ]
    parts = [_processor(), f"{os.cpu_count()} cores", *gpus]
    return f"{', '.join(parts)}, python {platform.python_version()}, {versions}"


def _processor():
    try:
        with open("/proc/cpuinfo") as file:
            lines = dict(
                line.split(":", 1) for line in file if line.count(":") == 1
            )
    except OSError:
        return platform.processor() or platform.machine()
    values = {name.strip(): value.strip() for name, value in lines.items()}
    special = ("avx512f", "avx512_bf16", "amx_bf16")
    flags = values.get("flags", "").split()
    names = [values.get("model name", platform.machine())]
    return " ".join(names + [flag for flag in special if flag in flags])
