"""The folder of a run and its files.

run.json            metadata: format, version, dataset, parameters, digests
config.json         all settings, readable by `fit --config`
vocabulary.json     the vocabulary
checkpoints/        last.keras (with the optimizer), best.keras, best.json
log.csv             costs and speed, one row per epoch
tensorboard/        the same as curves, and sample texts
model.keras         the finished model, the best one on validation
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hcvae_tf import __version__
from hcvae_tf.models.config import Config
from hcvae_tf.storage import training_log
from hcvae_tf.storage.export_folder import find_version
from hcvae_tf.storage.find_model import find_run
from pipelines.errors import UserError, one_line
from pipelines.files.folder_lock import LOCK_FILES
from pipelines.files.text_files import sha256
from pipelines.files.writing import check_writable, write_text
from pipelines.json_object import json_object

if TYPE_CHECKING:
    from pipelines.vocabulary import BaseVocabulary

FORMAT = 1
COPY = "restore it from an undamaged copy, or move it away"
"""What to do about a damaged file."""


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
        self.log = self.folder / training_log.NAME
        self.tensorboard = self.folder / "tensorboard"
        self.model = self.folder / "model.keras"

    @property
    def is_shipped(self) -> bool:
        """Whether it has the finished model alone, to use but not to resume."""
        return self.model.is_file() and not self.checkpoints.exists()

    def check_new(self) -> None:
        """Checks, without writing, that the folder can be created.

        Raises:
            UserError: if the folder exists already or cannot be written.
        """
        if self.folder.exists() and (
            not self.folder.is_dir()
            or {path.name for path in self.folder.iterdir()} - {*LOCK_FILES}
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
        self._write_metadata(
            {"format": FORMAT, "version": __version__, **metadata}
        )
        self.record_digest(self.vocabulary)

    @classmethod
    def open(cls, folder: str | os.PathLike) -> "RunFolder":
        """Opens the folder of an earlier run.

        Raises:
            UserError: if it is not a run, is incomplete, or has another format.
        """
        if not os.fspath(folder):
            raise UserError("the name of the run is empty; give its folder")
        run = cls(find_run(folder) or folder)
        if not run.folder.is_dir():
            raise UserError(
                f"{folder} is not a folder; give the folder of a training run"
            )
        try:
            metadata = run.read_metadata()
            found, version = metadata["format"], metadata["version"]
            metadata["dataset"]["fingerprint"]
            metadata.get("sha256", {}).items()
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
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
        """Reads `run.json`.

        Raises:
            ValueError: if it is damaged.
        """
        return json_object(self.metadata.read_text("utf-8"))

    def _write_metadata(self, metadata: dict[str, Any]) -> None:
        write_text(self.metadata, json.dumps(metadata, indent=2) + "\n")

    @contextlib.contextmanager
    def recording_digest(self, file: Path) -> Iterator[None]:
        """Records the digest of a file that the block replaces.

        If the process is killed in between, the file has no digest.
        """
        self._set_digest(file, None)
        yield
        self.record_digest(file)

    def record_digest(self, file: Path) -> None:
        """Records the digest of a file, so that damage is found later."""
        self._set_digest(file, sha256(file))

    def _set_digest(self, file, digest):
        metadata = self.read_metadata()
        digests = metadata.setdefault("sha256", {})
        digests[self._name(file)] = digest
        self._write_metadata(metadata)

    def check_digest(self, file: Path) -> None:
        """Checks a file of the run against its digest, if it has one.

        Raises:
            UserError: if the file was changed or damaged after the run wrote
                it.
        """
        digests = self.read_metadata().get("sha256", {})
        digest = digests.get(self._name(file))
        if digest is not None and sha256(file) != digest:
            raise UserError(
                f"{file} is damaged: it is not what the run has written; {COPY}"
            )

    def _name(self, file):
        return file.relative_to(self.folder).as_posix()

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the texts on which the run was trained."""
        return self.read_metadata()["dataset"]["fingerprint"]

    def check_data(self, fingerprint: str) -> None:
        """Checks that the data is that of the run.

        Raises:
            UserError: if the run was trained on other data.
        """
        if self.fingerprint != fingerprint:
            raise UserError(
                f"the data of {self.folder} has changed since its training; "
                "restore the old data, give its place with `data_file` or "
                "`data_dir`, or train a new run"
            )

    def read_config(self) -> Config:
        """Reads the settings of the run.

        Raises:
            UserError: if they are not settings of this version.
        """
        text = self.config.read_text("utf-8", "replace")
        config = Config.from_json(text, str(self.config))
        if config.data.length is None:
            raise UserError(
                f"{self.config} has no length in its data; copy the complete "
                "folder again, or train again"
            )
        return config

    def read_vocabulary(self) -> "BaseVocabulary":
        """Reads the vocabulary of the run.

        Raises:
            UserError: if it is unreadable.
        """
        # Not at the top: reading the settings must not import TensorFlow.
        from pipelines.vocabulary import vocabulary_from_json

        self.check_digest(self.vocabulary)
        try:
            return vocabulary_from_json(self.vocabulary.read_text("utf-8"))
        except ValueError:
            raise UserError(
                f"{self.vocabulary} is damaged; copy the complete folder "
                "again, or train again"
            ) from None

    def read_log(self) -> list[dict[str, float]]:
        """Reads `log.csv`: one dict per epoch, none if the file is missing.

        Raises:
            UserError: if it is damaged.
        """
        return training_log.read_log(self.log)

    def read_best_score(self) -> dict[str, float] | None:
        """Reads `best.json`, None if the file is missing.

        Raises:
            UserError: if it is damaged.
        """
        if not self.best_score.is_file():
            return None
        try:
            best = json_object(self.best_score.read_text("utf-8"))
            return {name: float(value) for name, value in best.items()}
        except (ValueError, TypeError):
            raise UserError(
                f"{self.best_score} is damaged; move it away: then the next "
                "epoch counts as the best one so far"
            ) from None

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
