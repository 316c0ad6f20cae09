"""Records: the results of experiments, one JSON file each."""

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

from hcvae_tf.models.config import Config
from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.environment import describe_environment
from pipelines.errors import UserError
from pipelines.files.writing import write_text


@dataclasses.dataclass(frozen=True)
class Locations:
    """Paths of runs, records and data.

    Attributes:
        runs: folder of the training runs.
        records: folder of the records.
        data_dir: as in `DataConfig`.
        tweets_file: file of tweets; None for that of the settings.
    """

    runs: Path
    records: Path
    data_dir: str | None = None
    tweets_file: str | None = None


def read_record(place: Locations, name: str) -> dict[str, Any] | None:
    """Reads a record; returns None if it does not exist.

    Raises:
        UserError: if it is damaged.
    """
    file = place.records / f"{name}.json"
    if not file.exists():
        return None
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError:
        raise UserError(f"{file} is damaged; delete it and run again") from None


def find_record(
    place: Locations, name: str, asked: Config
) -> dict[str, Any] | None:
    """Reads a record and checks its settings; returns None if it is missing.

    Raises:
        UserError: if it is damaged or has other settings.
    """
    record = read_record(place, name)
    if record is not None and record["config"] != asked.to_dict():
        raise UserError(
            f"{place.records / name}.json has other settings; move it "
            "away, or name another `to`"
        )
    return record


def write_record(place: Locations, name: str, record: dict[str, Any]) -> None:
    """Writes a record, with the machine and versions that produced it."""
    record = {**record, "machine": describe_environment()}
    place.records.mkdir(parents=True, exist_ok=True)
    # One key a line keeps the file readable and its diffs small.
    parts = (
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in record.items()
    )
    text = "{" + ",\n".join(parts) + "}\n"
    write_text(place.records / f"{name}.json", text)


def make_record(
    experiment: Experiment, seed: int, scale: Scale, place: Locations
) -> None:
    """Trains and measures an experiment, unless its record is complete.

    A stopped training is resumed; a finished one is only measured.

    Raises:
        UserError: if a record or run of this name has other settings.
    """
    name = experiment.folder_name(seed)
    asked = experiment.config.replace("training", seed=seed)
    record = find_record(place, name, asked)
    if record and ("texts" in record or not experiment.texts):
        return
    run = RunFolder(place.runs / name)
    _train(run, asked, place)

    from hcvae_tf.reproduce.measure import measure

    curves = run.read_log()
    metadata = run.read_metadata()
    write_record(
        place,
        name,
        {
            "experiment": experiment.name,
            "seed": seed,
            "config": asked.to_dict(),
            "precision": run.read_config().training.precision,
            "parameters": metadata["parameters"],
            "dataset": metadata["dataset"],
            "commit": _commit_file(run).read_text("utf-8").strip(),
            "steps": int(curves[-1]["step"]),
            "seconds": round(sum(row["seconds"] for row in curves), 1),
            **measure(run, scale, experiment.texts),
            "curves": curves,
        },
    )


def _train(run: RunFolder, asked: Config, place: Locations) -> None:
    import keras

    from hcvae_tf.training import loop

    keras.backend.clear_session()
    if run.model.exists() or run.metadata.exists():
        config = run.read_config()
        if _unresolved(config, asked) != asked:
            raise UserError(
                f"{run.folder} has other settings; move it away, or name "
                "another `runs_dir`"
            )
        if not run.model.exists():
            loop.resume(run, config)
        return
    config = asked.replace("data", data_dir=place.data_dir)
    if asked.data.dataset == "tweets":
        config = config.replace("data", data_file=place.tweets_file)
    run.folder.mkdir(parents=True, exist_ok=True)
    write_text(_commit_file(run), commit() + "\n")
    loop.start(run, config)


def _unresolved(config: Config, asked: Config) -> Config:
    """Undoes what a run resolved in its settings when it started."""
    data = dataclasses.replace(
        asked.data, length=asked.data.length and config.data.length
    )
    precision = asked.training.precision
    return dataclasses.replace(config, data=data).replace(
        "training", precision=precision
    )


def _commit_file(run: RunFolder) -> Path:
    return run.folder / "commit"


def commit() -> str:
    """Returns the short git commit of this code, with "+" if it is changed."""

    def git(*arguments):
        return subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    try:
        changed = git(
            "status", "--porcelain", "--", ":/hcvae_tf", ":/pipelines"
        )
        return git("rev-parse", "--short", "HEAD") + "+" * bool(changed)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
