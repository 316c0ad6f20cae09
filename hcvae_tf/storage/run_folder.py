"""The folder of a run and its files.

run.json            metadata: format, version, dataset, parameters
config.json         all settings, readable by `fit --config`
vocabulary.json     the vocabulary
checkpoints/        last.keras (with the optimizer), best.keras, best.json
log.csv             costs and speed, one row per epoch
tensorboard/        the same as curves, and sample texts
model.keras         the finished model, the best one on validation
"""

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcvae_tf import __version__
from hcvae_tf.models.config import Config
from hcvae_tf.storage.export_folder import find_version
from hcvae_tf.storage.find_model import find_run
from pipelines.errors import UserError, one_line
from pipelines.files.writing import check_writable, write_text

if TYPE_CHECKING:
    from pipelines.vocabulary import Vocabulary

FORMAT = 1


class RunFolder:
    """Paths of the files of a run, and functions to write and read them."""

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
        """Checks, without writing, that the folder can be created.

        Raises:
            UserError: if the folder exists already or cannot be written.
        """
        if self.folder.exists() and (
            not self.folder.is_dir() or any(self.folder.iterdir())
        ):
            raise UserError(
                f"{self.folder} exists; choose another `run_dir`, or continue "
                f"that run with `resume` {self.folder}"
            )
        check_writable(self.folder, "run_dir")

    def create(
        self, config: Config, vocabulary: str, metadata: dict[str, Any]
    ) -> None:
        """Creates the folder with the files that are known before training.

        Args:
            config: settings of the run.
            vocabulary: vocabulary as JSON text.
            metadata: further keys of `run.json`.

        Raises:
            UserError: if it cannot be written.
        """
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(
                f"cannot write to {self.folder}: {one_line(error)}; "
                "choose another `run_dir`"
            ) from None
        write_text(self.config, config.to_json())
        write_text(self.vocabulary, vocabulary)
        metadata = {"format": FORMAT, "version": __version__, **metadata}
        write_text(self.metadata, json.dumps(metadata, indent=2) + "\n")

    @classmethod
    def open(cls, folder: str | os.PathLike) -> "RunFolder":
        """Opens the folder of an earlier run.

        Raises:
            UserError: if it is not a run, is incomplete, or has another format.
        """
        run = cls(find_run(folder) or folder)
        if not run.folder.is_dir():
            raise UserError(
                f"{folder} is not a folder; give the folder of a training run"
            )
        try:
            metadata = run.read_metadata()
            found, version = metadata["format"], metadata["version"]
            metadata["dataset"]["fingerprint"]
        except (OSError, ValueError, LookupError, TypeError):
            if find_version(folder):
                raise UserError(
                    f"{folder} is an export; give the run that it was exported "
                    "from"
                ) from None
            raise UserError(
                f"{folder} is not a run folder: its run.json is missing or "
                "unreadable; give the folder of a training run"
            ) from None
        if found != FORMAT:
            raise UserError(
                f"{folder} was written by hcvae_tf {version} in format "
                f"{found}, but this is {__version__} with format {FORMAT}; "
                "use that version, or train again"
            )
        for file in (run.config, run.vocabulary):
            if not file.is_file():
                raise UserError(
                    f"{folder} is incomplete: {file.name} is missing; copy "
                    "the complete folder again, or train again"
                )
        return run

    def read_metadata(self) -> dict[str, Any]:
        """Reads `run.json`."""
        return json.loads(self.metadata.read_text("utf-8"))

    def check_data(self, fingerprint: str) -> None:
        """Checks that the data is that of the run.

        Raises:
            UserError: if the run was trained on other data.
        """
        if self.read_metadata()["dataset"]["fingerprint"] != fingerprint:
            raise UserError(
                f"the data of {self.folder} has changed since its training; "
                "restore the old data, or train a new run"
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
        # Not at the top: reading the settings must not import TensorFlow.
        from pipelines.vocabulary import Vocabulary

        try:
            return Vocabulary.from_json(self.vocabulary.read_text("utf-8"))
        except (ValueError, LookupError, TypeError):
            raise UserError(
                f"{self.vocabulary} is damaged; copy the complete folder "
                "again, or train again"
            ) from None

    def read_log(self) -> list[dict[str, float]]:
        """Reads `log.csv`: one dict per epoch, none if the file is missing."""
        if not self.log.is_file():
            return []
        with self.log.open(newline="") as file:
            return [
                {name: float(value) for name, value in row.items()}
                for row in csv.DictReader(file)
            ]

    def best_model(self) -> Path:
        """Returns the file of the best model so far.

        Raises:
            UserError: if no model was saved yet.
        """
        # During training the best model is newer than the finished one.
        for file in (self.best, self.model, self.last):
            if file.is_file():
                return file
        raise UserError(
            f"{self.folder} is incomplete: it has no checkpoint yet; wait for "
            "the first epoch to end, or train again"
        )
