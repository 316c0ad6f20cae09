"""Searches alpha and the layer widths.

python -m tuner.search --dataset ptb --z-size 16:64
"""

import contextlib
import dataclasses
import sys
from pathlib import Path
from typing import Literal

from hcvae_tf.command_line.arguments import FileFlag, FolderFlag, PresetFlag
from hcvae_tf.command_line.default_folder import default_folder
from hcvae_tf.command_line.start_settings import (
    absolute_paths,
    for_units,
    start_settings,
)
from hcvae_tf.models.config import Config
from pipelines import registry
from pipelines.command_line import first_flags, parse, run_command
from pipelines.errors import UserError
from pipelines.files.folder_lock import owned
from pipelines.files.writing import check_writable
from tuner import process_role
from tuner.plan import Plan, plan_file, read_plan
from tuner.ranges import choose_ranges, take_ranges

_PROG = "python -m tuner.search"


@dataclasses.dataclass(frozen=True)
class Search:
    """Searches alpha and the layer widths for the cheapest model that uses z.

    All settings of fit are flags here. A flag with one value fixes its
    setting, `--z-size 32`; a flag with a range varies it, `--z-size 16:64`.
    Without a flag, alpha varies from 0.01 to 1, and z and the widths from half
    to twice the preset's. --feature-size, --vocabulary-size, --kl-end and
    --learning-rate vary only with a range.
    """

    trials: int = 20
    """Maximum number of trials, one training each."""
    tuner: Literal["bayesian", "hyperband", "random"] = "bayesian"
    """KerasTuner's method of proposing trials."""
    min_kl: float = 5.0
    """Minimum KL on validation, nats per text; models below it rank after all
    others."""
    max_params: int | None = None
    """Maximum parameters of a model; larger proposals are made narrower."""
    to: FolderFlag | None = None
    """New folder of the search (default: searches/DATASET-PRESET-TIME)."""
    resume: FolderFlag | None = None
    """Folder of a search to continue; only --trials may be given with it."""
    preset: PresetFlag = "small"
    """Settings to start with, see below."""
    config: FileFlag | None = None
    """JSON file with settings, instead of a preset."""
    settings: Config = Config()


def read_command(
    args: list[str],
) -> tuple[contextlib.AbstractContextManager[Path], Plan, bool]:
    """Returns the folder, the plan, and whether an earlier search goes on.

    The folder is that of a context manager, which may create it.

    Raises:
        UserError: if an argument is invalid.
    """
    args, named = take_ranges(args)
    known = first_flags(args, "preset", "config", "resume")
    if known.resume:
        return _resumed(args, Path(known.resume), bool(named))
    default = for_units(start_settings(known.preset, known.config), args)
    command = parse(Search, _PROG, args, Search(settings=default))
    settings = absolute_paths(command.settings)
    data = settings.data
    registry.check(data.dataset, data.data_file, data.texts)
    plan = Plan(
        settings=settings,
        ranges=choose_ranges(settings, named),
        tuner=command.tuner,
        trials=command.trials,
        min_kl=command.min_kl,
        max_params=command.max_params,
    )
    if not command.to and process_role.role() != "alone":
        raise UserError(
            "a search in several processes needs --to, the same for all"
        )
    if command.to:
        return contextlib.nullcontext(Path(command.to)), plan, False
    setup = Path(command.config).stem if command.config else command.preset
    return default_folder("searches", data.dataset, setup), plan, False


def main() -> int:
    """Runs the command; returns its exit status."""
    role = process_role.role()
    opened, plan, resumed = read_command(sys.argv[1:])
    with opened as folder:
        if role != "worker" and not resumed:
            if plan_file(folder).exists():
                raise UserError(
                    f"{folder} already has a search; choose another --to, or "
                    f"continue with --resume {folder}"
                )
            check_writable(folder, "to")
        return _search(folder, plan, role)


def _search(folder: Path, plan: Plan, role: str) -> int:
    from tuner.search_loop import SearchStopped, search

    owner = contextlib.nullcontext() if role == "worker" else owned(folder)
    try:
        with owner:
            search(folder, plan, role)
    except SearchStopped as stopped:
        advice = ""
        if plan_file(folder).exists():
            advice = f", all saved; continue with: {_PROG} --resume {folder}"
        print(f"stopped{advice}", file=sys.stderr)
        return 128 + stopped.signal
    return 0


def _resumed(args, folder, named):
    plan = read_plan(folder)
    default = Search(trials=plan.trials, resume=str(folder))
    command = parse(Search, _PROG, args, default)
    allowed = {"trials": command.trials, "resume": command.resume}
    if named or command != dataclasses.replace(default, **allowed):
        raise UserError(
            "--resume keeps the settings of the search; only --trials may be "
            "given with it"
        )
    if command.trials < plan.trials:
        raise UserError(
            f"--trials {command.trials} is fewer than the search's "
            f"{plan.trials}; give more, or leave it out"
        )
    plan = dataclasses.replace(plan, trials=command.trials)
    return contextlib.nullcontext(folder), plan, True


if __name__ == "__main__":
    run_command(main)
