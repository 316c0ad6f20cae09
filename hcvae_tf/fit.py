"""Trains a text VAE.

python -m hcvae_tf.fit --dataset tweets
"""

import argparse
import contextlib
import dataclasses
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import tyro

from hcvae_tf.command_line.arguments import FileFlag, FolderFlag, PresetFlag
from hcvae_tf.command_line.default_folder import default_folder
from hcvae_tf.command_line.start_settings import (
    absolute_paths,
    for_units,
    settings_from,
    start_settings,
)
from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import SIZES, Size, preset
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.cluster import Strategy, read_cluster
from hcvae_tf.training.threads import share_cores
from pipelines import registry
from pipelines.checks import require_positive
from pipelines.command_line import (
    first_flags,
    parse,
    run_command,
)
from pipelines.errors import UserError
from pipelines.files.writing import check_writable

if TYPE_CHECKING:
    from hcvae_tf.training.time_budget import TimeBudget

# The time of the imports is part of the minutes that a user gives.
_BEGIN = time.monotonic()
# Ten weeks.
_MOST_MINUTES = 100_000
_PROG = "python -m hcvae_tf.fit"


@dataclasses.dataclass(frozen=True)
class Fit:
    """Trains a text VAE and writes a run folder.

    Start with a preset and change any setting: `--preset small --alpha 0.5`.
    """

    preset: PresetFlag = "small"
    """Settings to start with, see below; other flags change them."""
    config: FileFlag | None = None
    """JSON file with settings, such as the config.json of a run, to use
    instead of a preset."""
    minutes: float | None = None
    """Minutes to train: the number of steps, and without --preset the size of
    the model, are chosen for this machine, and schedules keep their shares of
    the training. Few texts take less time. With --resume, a finished run is
    trained further."""
    source: Annotated[FolderFlag | None, tyro.conf.arg(name="from")] = None
    """Trained run, such as tweets for the bundled model, whose weights, sizes
    and subwords to begin with; useful if you have few texts."""
    run_dir: str | None = None
    """New run folder (default: runs/DATASET-PRESET-TIME)."""
    resume: FolderFlag | None = None
    """Run folder to resume; only --epochs or --minutes, and the place of the
    data, may be given with it."""
    strategy: Strategy = "auto"
    """one: one device; mirrored: all GPUs of this machine; multiworker: the
    machines of TF_CONFIG; auto: all that are available. --batch-size is that
    of all devices together and must be a multiple of their number."""
    settings: Config = Config()


def read_command(args: list[str]) -> Fit:
    """Reads the flags; some of them set the defaults of the others.

    Raises:
        UserError: if a flag is invalid.
    """
    known = _first_flags(args)
    if known.resume:
        settings = RunFolder.open(known.resume).read_config()
    elif source := getattr(known, "from"):
        settings = settings_from(RunFolder.open(source))
    else:
        settings = start_settings(known.preset, known.config)
    # The steps of a training that is resumed are done.
    if first_flags(args, "minutes").minutes and not known.resume:
        settings = settings.in_shares()
    command = _parsed(args, settings)
    require_positive(minutes=command.minutes)
    if command.minutes and command.minutes > _MOST_MINUTES:
        raise UserError(
            f"`minutes` must be at most {_MOST_MINUTES:,}; train again and "
            "again with `resume` if that is too short"
        )
    if command.minutes and command.settings.training.steps != (
        settings.training.steps
    ):
        raise UserError(
            "`minutes` chooses the number of steps: leave `epochs` and "
            "`steps_per_epoch` out"
        )
    if command.resume:
        _check_resumed(command, settings)
    elif command.settings.training.source:
        _check_source(command.settings)
    several = read_cluster(command.strategy).workers > 1
    if several and not (command.run_dir or command.resume):
        raise UserError("several workers need the same folder: give `run_dir`")
    data = command.settings.data
    # A run goes on without the file if the prepared data is there.
    if not command.resume or data.data_file != settings.data.data_file:
        registry.check(data.dataset, data.data_file, data.texts)
    return command


def _check_resumed(command: Fit, settings: Config) -> None:
    epochs = command.settings.training.epochs
    data = command.settings.data
    allowed = settings.replace("training", epochs=epochs).replace(
        "data", data_file=data.data_file, data_dir=data.data_dir
    )
    if command.run_dir or command.settings != allowed:
        raise UserError(
            "`resume` keeps the folder and the settings of the run; only "
            "`epochs` or `minutes`, `data_file` and `data_dir` may be given "
            "with it"
        )
    if epochs < settings.training.epochs:
        raise UserError(
            f"`epochs` {epochs} is fewer than the run's "
            f"{settings.training.epochs}; give more, or leave it out"
        )
    run = RunFolder.open(command.resume)
    if run.model.exists() and not run.last.exists():
        raise UserError(
            f"{run.last} is missing, so this run cannot go on; begin a new "
            f"one with its weights: --from {command.resume}"
        )
    if command.minutes:
        rows = run.read_log()
        if not rows or rows[-1]["step"] < settings.training.steps:
            raise UserError(
                f"{command.resume} is not finished: resume it without "
                "`minutes` first"
            )


def _check_source(settings: Config) -> None:
    source = RunFolder.open(settings.training.source)
    known = source.read_config()
    only_ptb = known.data.dataset == "ptb" and known.data.subwords is None
    if only_ptb and settings.data.dataset != "ptb":
        raise UserError(
            f"{source.folder} knows only the characters of ptb; begin with a "
            "model of other data, such as --from tweets"
        )
    if _shape(known) != _shape(settings):
        raise UserError(
            "--from keeps the sizes and the `length` of the trained model, and "
            "its `units`; leave flags that change them out"
        )


def _shape(settings: Config) -> tuple:
    data = settings.data
    # No weight depends on it.
    model = dataclasses.replace(settings.model, word_dropout=0.0)
    return model, data.length, data.units, data.subwords


def _parsed(args: list[str], settings: Config) -> Fit:
    default = Fit(settings=for_units(settings, args))
    return parse(Fit, _PROG, args, default)


def _first_flags(args: list[str]) -> argparse.Namespace:
    return first_flags(args, "preset", "config", "resume", "from")


def _budget(command: Fit, args: list[str]) -> "TimeBudget | None":
    """Returns the time to train, and the larger models to choose from."""
    from hcvae_tf.training.time_budget import TimeBudget

    if not command.minutes:
        return None
    larger = ()
    if not any(vars(_first_flags(args)).values()):
        larger = tuple((_larger(args, size), size) for size in SIZES[1:])
    return TimeBudget(command.minutes, _BEGIN, larger)


def _larger(args: list[str], size: Size) -> Config:
    """Returns the settings of the flags with a larger preset."""
    start = preset(size.preset).in_shares()
    return absolute_paths(_parsed(args, start).settings)


def main() -> int:
    """Runs the command and returns its exit status."""
    args = sys.argv[1:]
    command = read_command(args)
    settings = absolute_paths(command.settings)
    share_cores()
    with _folder(command) as run:
        print("loading TensorFlow ...", file=sys.stderr, flush=True)

        from hcvae_tf.training import loop
        from hcvae_tf.training.checkpointing import TrainingStopped

        budget = _budget(command, args)
        try:
            if command.resume:
                loop.resume(run, settings, command.strategy, budget)
            else:
                loop.start(run, settings, command.strategy, budget)
        except TrainingStopped as stopped:
            print(
                f"stopped and saved; resume with: {_PROG} --resume "
                f"{quote(str(run.folder))}",
                file=sys.stderr,
            )
            return 128 + stopped.signal
    return 0


@contextlib.contextmanager
def _folder(command: Fit) -> Iterator[RunFolder]:
    """Yields the folder of the run."""
    if command.resume:
        yield RunFolder.open(command.resume)
    elif command.run_dir:
        run = RunFolder(command.run_dir)
        run.check_new()
        yield run
    else:
        check_writable(Path("runs"), "run_dir")
        dataset = command.settings.data.dataset
        with default_folder("runs", dataset, _setup(command)) as folder:
            yield RunFolder(folder)


def _setup(command: Fit) -> str:
    """Returns a word for what the settings began with."""
    source = command.settings.training.source
    if command.config:
        return Path(command.config).stem
    if source:
        return f"from-{Path(source).name}"
    if command.minutes and command.preset == Fit.preset:
        return f"{command.minutes:g}min"
    return command.preset


if __name__ == "__main__":
    run_command(main)
