"""Start-up time of commands, and time until training begins."""

import dataclasses
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.report import print_table
from pipelines.command_line import parse, run_command

# Ends a run after its first training step.
_ONE_STEP = """
import os
from pipelines.command_line import run_command

def main():
    from hcvae_tf import fit
    from hcvae_tf.training.threads import share_cores
    share_cores()
    from hcvae_tf.training.progress import Progress
    Progress.on_train_batch_end = lambda *_, **__: os._exit(0)
    return fit.main()

run_command(main)
"""


@dataclasses.dataclass(frozen=True)
class Startup:
    """Times processes from start to end."""

    preset: str = "small"
    """Preset that fit trains."""
    dataset: str = "tweets/synthetic"
    """Dataset that fit trains on; prepared before the timing."""
    data_dir: str | None = None
    """Folder of prepared data (default: that of tensorflow-datasets)."""
    rounds: int = 3
    """How often each command is timed; the median counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Startup, "python -m benchmarks.startup", sys.argv[1:], Startup()
    )
    flags = ["--data-dir", settings.data_dir] if settings.data_dir else []
    subprocess.run(
        [sys.executable, "-m", "pipelines.prepare", settings.dataset, *flags],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    module = [sys.executable, "-m"]
    fit = ["--preset", settings.preset, "--dataset", settings.dataset, *flags]
    commands = {
        "fit --help": (0, [*module, "hcvae_tf.fit", "--help"]),
        "fit --alpha x (an error)": (
            2,
            [*module, "hcvae_tf.fit", "--alpha", "x"],
        ),
        "sample --help": (0, [*module, "hcvae_tf.sample", "--help"]),
        "sample nothing (an error)": (
            2,
            [*module, "hcvae_tf.sample", "nothing"],
        ),
        "sample tweets -n 10": (
            0,
            [*module, "hcvae_tf.sample", "tweets", "-n", "10"],
        ),
        f"fit --preset {settings.preset}, to its first training step": (
            0,
            [sys.executable, "-c", _ONE_STEP, *fit],
        ),
    }
    print_table(
        f"Start-up, median of {settings.rounds}",
        [
            {"command": name, "seconds": f"{_seconds(settings, *each):.2f}"}
            for name, each in commands.items()
        ],
    )
    return 0


def _seconds(settings, status, command):
    seconds = []
    for _ in range(settings.rounds):
        with tempfile.TemporaryDirectory() as folder:
            run = ["--run-dir", f"{folder}/run"] if "-c" in command else []
            begin = time.perf_counter()
            done = subprocess.run([*command, *run], capture_output=True)
            seconds.append(time.perf_counter() - begin)
            assert done.returncode == status, done.stderr.decode()
    return statistics.median(seconds)


if __name__ == "__main__":
    run_command(main)
