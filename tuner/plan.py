"""All that decides a search, as it stands in its folder's search.json."""

import dataclasses
import json
import zlib
from pathlib import Path
from typing import Any, Literal

from hcvae_tf.models.config import Config, from_json
from hcvae_tf.storage.run_folder import write_text
from pipelines.command_line import UserError
from tuner.ranges import SEARCHED, Range


@dataclasses.dataclass(frozen=True)
class Plan:
    """What to search, and how.

    Attributes:
        settings: what does not vary.
        ranges: what varies, by name.
        tuner: see `tuner.oracles.make_oracle`.
        trials: how many at most.
        min_kl: the least KL of a feasible model, nats per text.
        max_params: the most parameters of a model, None for any number.
    """

    settings: Config
    ranges: dict[str, Range]
    tuner: Literal["bayesian", "hyperband", "random"]
    trials: int
    min_kl: float
    max_params: int | None

    @property
    def code(self) -> int:
        """A number that is the same for the same search anywhere.

        The data may lie elsewhere, another precision may be faster there, and
        trials may be added.
        """
        settings = self.settings.replace("data", data_file=None, data_dir=None)
        settings = settings.replace("training", precision="auto")
        plan = dataclasses.replace(self, settings=settings, trials=0)
        return zlib.crc32(repr(plan).encode()) >> 1

    def check(self) -> None:
        """Raises UserError at the first setting that is impossible."""
        if self.trials < 1:
            raise UserError(f"--trials must be 1 or more, not {self.trials}")
        if not 0 <= self.min_kl < float("inf"):
            raise UserError(f"--min-kl must be 0 or above, not {self.min_kl}")
        if self.max_params is not None and self.max_params < 1:
            raise UserError(
                f"--max-params must be 1 or more, not {self.max_params}"
            )
        if self.min_kl and self.settings.model.encoder == "none":
            raise UserError(
                "--encoder none has no latent vector and no KL: give --min-kl 0"
            )
        for end in ("low", "high"):
            ends = {n: getattr(r, end) for n, r in self.ranges.items()}
            self.at(ends).check()

    def at(self, values: dict[str, Any]) -> Config:
        """The settings at a point of the space.

        Args:
            values: one for each range.
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
        """Begins the folder of a search.

        Raises:
            UserError: if it cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"cannot write to {folder}: {error.strerror}; name another --to"
            ) from None
        text = json.dumps(dataclasses.asdict(self), indent=2)
        write_text(plan_file(folder), text + "\n")


def plan_file(folder: Path) -> Path:
    """Where the plan of a search lies."""
    return folder / "search.json"


def read_plan(folder: Path) -> Plan:
    """Reads the plan of an earlier search.

    Raises:
        UserError: if there is none, or not one of this version.
    """
    file = plan_file(folder)
    try:
        parts = json.loads(file.read_text("utf-8"))
        parts["ranges"] = {
            name: Range(*ends) for name, ends in parts["ranges"].items()
        }
        settings = from_json(json.dumps(parts.pop("settings")), str(file))
        return Plan(settings, **parts)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        raise UserError(
            f"{folder} is no search: its search.json is missing or unreadable; "
            "give the --to of an earlier search"
        ) from None
