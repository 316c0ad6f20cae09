"""How fast commands answer, and how soon training begins."""

import dataclasses
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.report import print_table
from pipelines.command_line import parse, run_command

# Ends a run with its first training step.
_ONE_STEP = """
import os, sys
from hcvae_tf import fit
from hcvae_tf.training.progress_bar import ProgressBar
ProgressBar.on_train_batch_end = lambda *_: os._exit(0)
fit.main()
"""


@dataclasses.dataclass(frozen=True)
class Startup:
    """Times whole processes."""

    preset: str = "small"
    """What fit trains."""
    dataset: str = "tweets/synthetic"
    """On what; prepared before the clock starts."""
    data_dir: str | None = None
    """Where prepared data lies (default: that of tensorflow-datasets)."""
    rounds: int = 3
    """How often each is timed; the median counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Startup, "python -m benchmarks.startup", sys.argv[1:], Startup()
    )
    place = ["--data-dir", settings.data_dir] if settings.data_dir else []
    subprocess.run(
        [sys.executable, "-m", "pipelines.prepare", settings.dataset, *place],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    module = [sys.executable, "-m"]
    fit = ["--preset", settings.preset, "--dataset", settings.dataset, *place]
    commands = {
        "fit --help": [*module, "hcvae_tf.fit", "--help"],
        "fit --alpha x (an error)": [*module, "hcvae_tf.fit", "--alpha", "x"],
        "sample --help": [*module, "hcvae_tf.sample", "--help"],
        "sample nothing (an error)": [*module, "hcvae_tf.sample", "nothing"],
        f"fit --preset {settings.preset}, to its first training step": [
            *(sys.executable, "-c", _ONE_STEP),
            *fit,
        ],
    }
    print_table(
        f"Start-up, median of {settings.rounds}",
        [
            {"command": name, "seconds": f"{_seconds(command, settings):.2f}"}
            for name, command in commands.items()
        ],
    )
    return 0


def _seconds(command, settings):
    seconds = []
    for _ in range(settings.rounds):
        with tempfile.TemporaryDirectory() as folder:
            run = ["--run-dir", f"{folder}/run"] if "-c" in command else []
            begin = time.perf_counter()
            subprocess.run([*command, *run], capture_output=True)
            seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


if __name__ == "__main__":
    run_command(main)
