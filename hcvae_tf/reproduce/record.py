"""Records: the results of experiments, one JSON file each."""

import dataclasses
import functools
import json
import subprocess
from pathlib import Path
from typing import Any

from hcvae_tf.models.config import Config, DataConfig
from hcvae_tf.models.json_dataclass import dataclass_from_json
from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.environment import describe_environment
from pipelines.errors import UserError, one_line
from pipelines.files.writing import write_text
from pipelines.json_object import json_object

_Number = int | float
_Numbers = dict[str, _Number]


@dataclasses.dataclass(frozen=True)
class _Costs:
    """The kinds of the costs in a record; older records have fewer."""

    reconstruction: _Number = 0
    kl: _Number = 0
    auxiliary: _Number = 0
    negative_elbo: _Number = 0
    kl_per_dimension: tuple[_Number, ...] = ()
    bits_per_char: _Number = 0
    perplexity: _Number = 0
    texts: int = 0
    characters: int = 0


@dataclasses.dataclass(frozen=True)
class _Counts:
    """The kinds of the counts of a dataset in a record."""

    read: int
    kept: int
    empty: int = 0
    too_long: int = 0
    duplicates: int = 0
    invalid_utf8: int = 0


@dataclasses.dataclass(frozen=True)
class _Dataset:
    """The kinds of the metadata of a dataset in a record."""

    name: str
    fingerprint: str
    counts: _Counts
    version: str = ""
    longest: int = 0
    notice: str | None = None


@dataclasses.dataclass(frozen=True)
class _Record:
    """The kinds of the parts of a record."""

    experiment: str
    seed: int
    config: dict[str, Any]
    commit: str
    precision: str
    machine: str
    parameters: int = 0
    dataset: _Dataset = _Dataset("", "", _Counts(0, 0))
    steps: int = 0
    seconds: _Number = 0
    costs: _Costs = _Costs()
    curves: tuple[_Numbers, ...] = ()
    latent: _Numbers | None = None
    importance: _Numbers | None = None
    texts: dict[str, _Number | tuple[str, ...]] | None = None
    seconds_per_step: _Numbers | None = None


@dataclasses.dataclass(frozen=True)
class Locations:
    """Paths of runs, records and data.

    Attributes:
        runs: folder of the training runs.
        records: folder of the records.
        data: folder of prepared data, and file of tweets, if not the default.
    """

    runs: Path
    records: Path
    data: DataConfig = DataConfig()


def read_record(
    place: Locations, name: str, asked: Config | None = None
) -> dict[str, Any] | None:
    """Reads a record; returns None if it does not exist.

    Args:
        place: where the records are.
        name: name of the record.
        asked: the settings that it must have; None for any.

    Raises:
        UserError: if it is damaged or has other settings.
    """
    file = place.records / f"{name}.json"
    if not file.exists():
        return None
    try:
        record = json_object(file.read_text("utf-8"))
        dataclass_from_json(_Record, record)
    except (ValueError, TypeError) as error:
        raise UserError(
            f"{file} is damaged ({one_line(error)}); move it away and run again"
        ) from None
    if asked and not _has_settings(record, asked):
        raise UserError(
            f"{file} has other settings; move it away, or choose another `to`"
        )
    return record


def _has_settings(record, asked):
    """Returns whether a record, perhaps of an earlier version, has settings."""
    try:
        # What came later has its default.
        return asked == Config.from_json(json.dumps(record["config"]), "config")
    except UserError:
        return False


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
        UserError: if a record or run of this name has other settings, or a
            record is of other tweets.
    """
    name = experiment.folder_name(seed)
    asked = experiment.config.replace("training", seed=seed)
    record = read_record(place, name, asked)
    if record and asked.data.dataset == "tweets":
        _check_tweets(record, name, place)
    if record and ("texts" in record or not experiment.texts):
        return
    run = RunFolder(place.runs / name)
    _train(run, asked, place)

    from hcvae_tf.reproduce.measure import measure

    curves, metadata = run.read_log(), run.read_metadata()
    record = {
        "experiment": experiment.name,
        "seed": seed,
        "config": asked.to_dict(),
        "precision": run.read_config().training.precision,
        "parameters": metadata["parameters"],
        "dataset": metadata["dataset"],
        "commit": (run.folder / "commit").read_text("utf-8").strip(),
        "steps": int(curves[-1]["step"]),
        "seconds": round(sum(row["seconds"] for row in curves), 1),
        **measure(run, scale, experiment.texts),
        "curves": curves,
    }
    write_record(place, name, record)


def _check_tweets(record, name, place):
    """Raises UserError if a record is of other tweets than the user's file."""
    if not place.data.data_file:
        return
    known = record.get("dataset", {}).get("fingerprint")
    if known != _fingerprint(place.data):
        raise UserError(
            f"{place.records / name}.json is of other texts than those of "
            "`tweets_file`; choose another `to` for these"
        )


@functools.cache
def _fingerprint(data: DataConfig) -> str:
    from hcvae_tf.training.corpus import open_corpus

    return open_corpus(data).record["fingerprint"]


def _train(run: RunFolder, asked: Config, place: Locations) -> None:
    import keras

    from hcvae_tf.training import loop

    keras.backend.clear_session()
    if run.model.exists() or run.metadata.exists():
        config = run.read_config()
        # A run resolves these when it starts.
        asked = asked.in_steps()
        length = asked.data.length and config.data.length
        data = dataclasses.replace(asked.data, length=length)
        found = config.replace("training", precision=asked.training.precision)
        if dataclasses.replace(found, data=data) != asked:
            raise UserError(
                f"{run.folder} has other settings; move it away, or choose "
                "another `runs_dir`"
            )
        if not run.model.exists():
            loop.resume(run, config)
        return
    config = asked.replace("data", data_dir=place.data.data_dir)
    if asked.data.dataset == "tweets":
        config = config.replace("data", data_file=place.data.data_file)
    run.folder.mkdir(parents=True, exist_ok=True)
    write_text(run.folder / "commit", commit() + "\n")
    loop.start(run, config)


def commit() -> str:
    """Returns the short git commit of this code, with "+" if it is changed."""

    def git(command):
        return subprocess.check_output(
            ["git", *command.split()],
            cwd=Path(__file__).parent,
            stderr=subprocess.DEVNULL,
            text=True,
        ).strip()

    try:
        changed = git("status --porcelain -- :/hcvae_tf :/pipelines")
        return git("rev-parse --short HEAD") + "+" * bool(changed)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
