"""A run's folder: its files, and what they hold.

run.json            what the run is: format, dataset, parameters
config.json         all settings, as `fit --config` takes them
vocabulary.json     the vocabulary
checkpoints/        last.keras (with the optimizer), best.keras, best.json
log.csv             one row an epoch
tensorboard/        the same as curves, and sample texts
model.keras         the finished model: the best on validation
"""

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcvae_tf import __version__
from hcvae_tf.models.config import Config
from hcvae_tf.storage.export_folder import find_version
from pipelines.errors import UserError
from pipelines.files.writing import check_writable, write_text

if TYPE_CHECKING:
    from pipelines.vocabulary import Vocabulary

FORMAT = 1


class RunFolder:
    """Names, writes and reads the files of a run."""

    def __init__(self, folder: str | os.PathLike):
        self.folder = Path(folder)
        self.metadata = self.folder / "run.json"
        self.config = self.folder / "config.json"
        self.vocabulary = self.folder / "vocabulary.json"
        self.checkpoints = self.folder / "checkpoints"
        self.last = self.checkpoints / "last.keras"
        self.best = self.checkpoints / "best.keras"
        self.best_score = self.checkpoints / "best.json"
        self.log = self.folder / "log.csv"
        self.tensorboard = self.folder / "tensorboard"
        self.model = self.folder / "model.keras"

    def check_new(self) -> None:
        """Makes sure, without writing, that a new run can go here.

        Raises:
            UserError: if the folder exists already or cannot be written.
        """
        if self.folder.exists() and (
            not self.folder.is_dir() or any(self.folder.iterdir())
        ):
            raise UserError(
                f"{self.folder} exists; name another `run_dir`, or go on "
                f"with that run by `resume` {self.folder}"
            )
        check_writable(self.folder, "run_dir")

    def create(
        self, config: Config, vocabulary: str, metadata: dict[str, Any]
    ) -> None:
        """Makes the folder with all that is known before training.

        Args:
            config: the settings.
            vocabulary: as JSON.
            metadata: what else belongs into `run.json`.

        Raises:
            UserError: if it cannot be written.
        """
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"cannot write to {self.folder}: {error.strerror}; name "
                "another `run_dir`"
            ) from None
        write_text(self.config, config.to_json())
        write_text(self.vocabulary, vocabulary)
        metadata = {"format": FORMAT, "version": __version__, **metadata}
        write_text(self.metadata, json.dumps(metadata, indent=2) + "\n")

    @classmethod
    def open(cls, folder: str | os.PathLike) -> "RunFolder":
        """Opens the folder of an earlier run.

        Raises:
            UserError: if it is none, is incomplete, or has another format.
        """
        run = cls(folder)
        if not run.folder.is_dir():
            raise UserError(
                f"{folder} is no folder; give that of a training run"
            )
        try:
            metadata = run.read_metadata()
            written = metadata["format"], metadata["version"]
            metadata["dataset"]["fingerprint"]
        except (OSError, ValueError, LookupError, TypeError):
            if find_version(folder):
                raise UserError(
                    f"{folder} is an export; give the run that it was exported "
                    "from"
                ) from None
            raise UserError(
                f"{folder} is no run of hcvae_tf: its run.json is missing or "
                "unreadable; give the folder of a training run"
            ) from None
        if written[0] != FORMAT:
            raise UserError(
                f"{folder} was written by hcvae_tf {written[1]} in format "
                f"{written[0]}, this is {__version__} with format {FORMAT}; "
                "use that version, or train again"
            )
        for file in (run.config, run.vocabulary):
            if not file.is_file():
                raise UserError(
                    f"{folder} is incomplete: {file.name} is missing; copy "
                    "the whole folder again, or train again"
                )
        return run

    def read_metadata(self) -> dict[str, Any]:
        """Reads `run.json`."""
        return json.loads(self.metadata.read_text("utf-8"))

    def check_data(self, fingerprint: str) -> None:
        """Raises UserError if the run was trained on other data."""
        if self.read_metadata()["dataset"]["fingerprint"] != fingerprint:
            raise UserError(
                f"the data of {self.folder} has changed since; bring the old "
                "data back, or train a new run"
            )

    def read_config(self) -> Config:
        """Reads the settings of the run.

        Raises:
            UserError: if they are not settings of this version.
        """
        text = self.config.read_text("utf-8", "replace")
        return Config.from_json(text, str(self.config))

    def read_vocabulary(self) -> "Vocabulary":
        """Reads the vocabulary of the run.

        Raises:
            UserError: if it is unreadable.
        """
        # Reading settings must not need TensorFlow.
        from pipelines.vocabulary import Vocabulary

        try:
            return Vocabulary.from_json(self.vocabulary.read_text("utf-8"))
        except (ValueError, LookupError, TypeError):
            raise UserError(
                f"{self.vocabulary} is damaged; copy the whole folder again, "
                "or train again"
            ) from None

    def read_log(self) -> list[dict[str, float]]:
        """Reads `log.csv`, a dict an epoch; none if it does not exist yet."""
        if not self.log.is_file():
            return []
        with self.log.open(newline="") as file:
            return [
                {name: float(value) for name, value in row.items()}
                for row in csv.DictReader(file)
            ]

    def best_model(self) -> Path:
        """The file of the best model so far.

        Raises:
            UserError: if nothing was saved yet.
        """
        # While training goes on, the best one is newer than the finished one.
        for file in (self.best, self.model, self.last):
            if file.is_file():
                return file
        raise UserError(
            f"{self.folder} is incomplete: it has no checkpoint yet; wait for "
            "the first epoch to end, or train again"
        )
