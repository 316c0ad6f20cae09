"""Plan of a search, stored in its folder as search.json."""

import dataclasses
import json
import zlib
from pathlib import Path
from typing import Any, Literal

from hcvae_tf.models.config import Config
from hcvae_tf.models.json_dataclass import dataclass_from_json
from pipelines.checks import require_at_least_0, require_positive
from pipelines.errors import UserError, one_line
from pipelines.files.writing import write_text
from pipelines.json_object import json_object
from tuner.ranges import SEARCHED, Range, check_range


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a search varies, and how.

    Attributes:
        settings: the settings that do not vary.
        ranges: name → range of each setting that varies.
        tuner: name of the method, see `tuner.oracles.make_oracle`.
        trials: maximum number of trials.
        min_kl: minimum KL of a feasible model, nats per text.
        max_params: maximum parameters of a model, None for no limit.
        fingerprint: fingerprint of the texts, "" before they are read.

    Raises:
        UserError: if a setting, or an end of a range, is invalid.
    """

    settings: Config
    ranges: dict[str, Range]
    tuner: Literal["bayesian", "hyperband", "random"]
    trials: int
    min_kl: float
    max_params: int | None
    fingerprint: str = ""

    @property
    def code(self) -> int:
        """Checksum that is equal in all processes of a search.

        It leaves out what may differ between them or change on resuming: the
        data's location, the precision and the number of trials.
        """
        settings = self.settings.replace("data", data_file=None, data_dir=None)
        settings = settings.replace("training", precision="auto")
        plan = dataclasses.replace(self, settings=settings)
        values = dataclasses.asdict(plan) | {"trials": None}
        return zlib.crc32(json.dumps(values).encode()) >> 1

    def __post_init__(self):
        require_positive(trials=self.trials, max_params=self.max_params)
        require_at_least_0(min_kl=self.min_kl)
        if self.settings.training.source:
            raise UserError(
                "a search trains new models; give it the settings of a run "
                "that `fit` began without --from"
            )
        if self.min_kl and self.settings.model.encoder == "none":
            raise UserError(
                "`encoder` none has no latent vector and no KL; give `min_kl` 0"
            )
        for name, ends in self.ranges.items():
            check_range(name, ends)
        for end in ("low", "high"):
            self.at({n: getattr(r, end) for n, r in self.ranges.items()})

    def at(self, values: dict[str, Any]) -> Config:
        """Returns the settings at a point of the search space.

        Args:
            values: a value for each range.
        """
        config = self.settings
        for name in self.ranges:
            value = values[name]
            if name == "maps":
                first, *_ = usual = config.model.maps
                value = tuple(max(1, value * maps // first) for maps in usual)
            config = config.replace(SEARCHED[name].part, **{name: value})
        return config

    def write(self, folder: Path) -> None:
        """Writes the plan to the folder of a search, which it creates.

        Raises:
            UserError: if the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"cannot write to {folder}: {one_line(error)}; choose "
                "another `to`"
            ) from None
        text = json.dumps(dataclasses.asdict(self), indent=2)
        write_text(plan_file(folder), text + "\n")


def plan_file(folder: Path) -> Path:
    """Returns the path of a search's plan."""
    return folder / "search.json"


def read_plan(folder: Path) -> Plan:
    """Reads the plan of an earlier search.

    Raises:
        UserError: if it is missing, damaged or of another version.
    """
    file = plan_file(folder)
    try:
        values = json_object(file.read_text("utf-8"))
        return dataclass_from_json(Plan, values)
    except UserError as error:
        raise UserError(f"{file}: {error}") from None
    except (OSError, ValueError, TypeError):
        raise UserError(
            f"{folder} is not a search: its search.json is missing or "
            "unreadable; give the folder of an earlier search"
        ) from None
