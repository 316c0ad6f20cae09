"""One trial: a training run of its own, in a process of its own.

So a trial that is killed for want of memory does not take the search with it.
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

from keras_tuner.errors import FailedTrialError

from hcvae_tf.models.config import Config
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.command_line import run_command
from pipelines.files.writing import replacing

_COSTS = ("negative_elbo", "reconstruction", "kl", "bits_per_char")


def run_trial(
    folder: Path, config: Config, watch: Callable[[int], None]
) -> dict[str, float]:
    """Trains a run, or what is left of it.

    Args:
        folder: of the run; what the training prints goes to `folder`.log.
        config: its settings.
        watch: called now and then with the number of epochs done.

    Returns:
        The costs of validation after the last epoch, the `parameters`, and
        the `seconds` of all training steps.

    Raises:
        FailedTrialError: if the training failed; its text says why.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    process = multiprocessing.get_context("spawn").Process(
        target=_train, args=(str(folder), config.to_json())
    )
    process.start()
    try:
        while process.exitcode is None:
            process.join(0.5)
            watch(len(RunFolder(folder).read_log()))
    except BaseException:
        # It saves its state, as after Ctrl-C.
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
    rows = RunFolder(folder).read_log()
    costs = {name: rows[-1][f"val_{name}"] for name in _COSTS}
    if not all(map(math.isfinite, costs.values())):
        raise FailedTrialError("the cost on validation is not finite")
    return {
        **costs,
        "parameters": RunFolder(folder).read_metadata()["parameters"],
        "seconds": sum(row["seconds"] for row in rows),
    }


def run_folder(folder: Path, trial: str) -> Path:
    """Where a trial of a search leaves its run."""
    return folder / "runs" / f"trial-{trial}"


def continue_from(earlier: Path, folder: Path) -> None:
    """Begins a run with the state of another, if that one is there."""
    if earlier.exists() and not folder.exists():
        with replacing(folder) as part:
            shutil.copytree(earlier, part)


def _train(folder: str, config: str) -> None:
    """What the new process does."""
    # A search that was killed must not leave a training behind.
    threading.Thread(target=_end_with_the_search, daemon=True).start()
    with open(_log(Path(folder)), "ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    run_command(lambda: _start_or_resume(RunFolder(folder), config))


def _start_or_resume(run: RunFolder, text: str) -> int:
    from hcvae_tf.training import loop
    from hcvae_tf.training.checkpointing import TrainingStopped

    config = Config.from_json(text, "the trial")
    try:
        if run.metadata.exists() and _is_of(run, config):
            loop.resume(run, config)
        else:
            shutil.rmtree(run.folder, ignore_errors=True)
            loop.start(run, config)
    except TrainingStopped as stopped:
        print(f"error: stopped by signal {stopped.signal}", file=sys.stderr)
        return 128 + stopped.signal
    return 0


def _is_of(run: RunFolder, config: Config) -> bool:
    """Whether the run has these settings, but for the epochs."""
    epochs = config.training.epochs
    return run.read_config().replace("training", epochs=epochs) == config


def _end_with_the_search() -> None:
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)


def _log(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")


def why_failed(folder: Path) -> str:
    """The reason that a training printed last, "" if it is not known here."""
    if not _log(folder).exists():
        return ""
    lines = _log(folder).read_text("utf-8", "replace").splitlines()
    for line in reversed(lines):
        # Of a traceback, its last line.
        if match := re.match(
            r"error: (.*)|([\w.]*(?:Error|Exception)\b.*)", line
        ):
            return match[1] or match[2]
    return "\n".join(lines[-1:])
