"""One trial of a search: a training run in its own process.

A trial that is killed for lack of memory does not end the search.
"""

import math
import multiprocessing
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path

from hcvae_tf.models.config import Config
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.threads import share_cores
from pipelines.command_line import run_command
from pipelines.files.writing import replacing

_COSTS = ("negative_elbo", "reconstruction", "kl", "bits_per_char")


def run_trial(
    folder: Path, config: Config, watch: Callable[[int], None]
) -> dict[str, float]:
    """Trains a run, or the rest of it.

    Args:
        folder: folder of the run; the training prints to `folder`.log.
        config: settings of the run.
        watch: called repeatedly with the number of finished epochs.

    Returns:
        The costs on validation after the last epoch, the `parameters`, and
        the `seconds` of all training steps.

    Raises:
        FailedTrialError: if the training failed, with the reason.
    """
    # Not above: the new process imports this module before `run_command`.
    from keras_tuner.errors import FailedTrialError

    folder.parent.mkdir(parents=True, exist_ok=True)
    run = RunFolder(folder)
    process = multiprocessing.get_context("spawn").Process(
        target=_train, args=(run, config)
    )
    process.start()
    try:
        while process.exitcode is None:
            process.join(0.5)
            watch(len(run.read_log()))
    except BaseException:
        # On SIGTERM, the training saves its state.
        process.terminate()
        process.join()
        raise
    if process.exitcode < 0:
        with _log(folder).open("a") as log:
            log.write(
                f"error: killed by signal {-process.exitcode}; perhaps out of "
                "memory\n"
            )
    if process.exitcode:
        raise FailedTrialError(why_failed(folder))
    rows = run.read_log()
    costs = {name: rows[-1][f"val_{name}"] for name in _COSTS}
    if not all(map(math.isfinite, costs.values())):
        raise FailedTrialError("the cost on validation is not finite")
    return {
        **costs,
        "parameters": run.read_metadata()["parameters"],
        "seconds": sum(row["seconds"] for row in rows),
    }


def run_folder(folder: Path, trial: str) -> Path:
    """Returns the run folder of a trial."""
    return folder / "runs" / f"trial-{trial}"


def continue_from(earlier: Path, folder: Path) -> None:
    """Starts a new run from a copy of an earlier one, if that exists."""
    if earlier.exists() and not folder.exists():
        with replacing(folder) as part:
            shutil.copytree(earlier, part)


def _train(run: RunFolder, config: Config) -> None:
    """Runs the training, in the new process."""
    # If the search is killed, its training must end as well.
    threading.Thread(target=_exit_with_search, daemon=True).start()
    with _log(run.folder).open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    run_command(lambda: _start_or_resume(run, config))


def _start_or_resume(run: RunFolder, config: Config) -> int:
    share_cores()

    from hcvae_tf.training import loop
    from hcvae_tf.training.checkpointing import TrainingStopped

    try:
        if earlier := _earlier(run, config):
            loop.resume(run, earlier)
        else:
            shutil.rmtree(run.folder, ignore_errors=True)
            loop.start(run, config)
    except TrainingStopped as stopped:
        print(f"error: stopped by signal {stopped.signal}", file=sys.stderr)
        return 128 + stopped.signal
    return 0


def _earlier(run: RunFolder, config: Config) -> Config | None:
    """Returns the settings to go on with, if the run has begun with these.

    It may have fewer epochs: then its schedules stay those of its beginning.
    """
    if not run.metadata.exists():
        return None
    known = run.read_config()
    asked = config.replace("training", epochs=known.training.epochs)
    if asked.in_steps() != known:
        return None
    return known.replace("training", epochs=config.training.epochs)


def _exit_with_search() -> None:
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


def _log(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")


def why_failed(folder: Path) -> str:
    """Returns the last error that a training printed, "" without a log."""
    if not _log(folder).exists():
        return ""
    lines = _log(folder).read_text("utf-8", "replace").splitlines()
    for line in reversed(lines):
        # The second kind ends a traceback.
        if match := re.match(
            r"error: (.*)|([\w.]*(?:Error|Exception)\b.*)", line
        ):
            return match[1] or match[2]
    return "\n".join(lines[-1:])
