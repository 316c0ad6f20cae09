"""Base class of the builders of multi-file datasets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import tensorflow as tf
import tensorflow_datasets as tfds

from pipelines.compat.tfds import BuilderHooks
from pipelines.errors import UserError
from pipelines.files import text_files
from pipelines.files.temporary_folder import own_temporary_folder
from pipelines.multi_file import local_runner
from pipelines.multi_file.shard_writer import RangeWriter, StableWriter
from pipelines.multi_file.split import SPLITS
from pipelines.multi_file.summary import metadata
from pipelines.preparation.base_builder import TextBuilder
from pipelines.preparation.text_cleaner import TextCleaner


@dataclass(eq=False)
class MultiFileConfig(tfds.core.BuilderConfig):
    """Configuration of the files to read.

    Attributes:
        path: a file, a pattern or an address, as `text_files` reads it.
    """

    path: str = ""


def multi_file_config(path: str) -> MultiFileConfig:
    """Returns the configuration for a user's files.

    Raises:
        UserError: if no file matches.
    """
    return MultiFileConfig(
        name=text_files.identity(path), description="A user's files.", path=path
    )


class MultiFileBuilder(BuilderHooks, TextBuilder, skip_registration=True):
    """A builder of texts and labels from a user's files.

    Rows with equal label and text are kept once, and a hash of the text
    chooses the split. With Beam's options in TFDS's `DownloadConfig` it runs
    as a Beam pipeline and writes the same files.
    """

    # Maps a string tensor of shape `(batch,)` to one of the same shape.
    NORMALIZE: ClassVar[Callable[[tf.Tensor], tf.Tensor]]
    # Longer texts, in bytes after normalisation, are left out.
    MAX_BYTES: ClassVar[int | None] = None

    def _info(self) -> tfds.core.DatasetInfo:
        return self.text_info(["text", "label"])

    def generate_splits(
        self,
        download_config: tfds.download.DownloadConfig,
        with_tfds: Callable[[], Sequence[tfds.core.SplitInfo]],
    ) -> Sequence[tfds.core.SplitInfo]:
        """Writes all splits, with Beam if its options are given."""
        if download_config.beam_options is not None:
            from pipelines.multi_file.beam_options import explained

            with explained(), own_temporary_folder():
                return with_tfds()
        writers = {
            split: RangeWriter(
                self.info.features,
                self.shard_template(split),
                download_config.get_shard_config(),
                self.example_writer(),
            )
            for split in SPLITS
        }
        paths = self._paths()
        notes = local_runner.write(paths, self._cleaner(), writers)
        self._store_metadata(*notes)
        return [writer.finish() for writer in writers.values()]

    def _split_generators(self, dl_manager, pipeline):
        """Adds the reading to TFDS's pipeline; TFDS adds the writing."""
        del dl_manager  # Nothing is downloaded.
        from pipelines.multi_file import beam_runner

        paths = self._paths()
        return beam_runner.splits(
            pipeline, paths, self._cleaner(), self.data_path
        )

    def after_pipeline(self) -> None:
        """Stores the notes of the pipeline in the metadata."""
        from pipelines.multi_file import beam_runner

        self._store_metadata(*beam_runner.pop_statistics(self.data_path))

    def example_writer(self) -> StableWriter:
        """Returns the writer of one shard."""
        return StableWriter(self.info.file_format)

    def _paths(self) -> list[str]:
        if self.builder_config is None:
            raise UserError(
                f"{self.name} needs your own file: give the builder "
                "config=multi_file_config(FILE), from "
                "pipelines.multi_file.builder"
            )
        return text_files.find(self.builder_config.path)

    def _cleaner(self) -> Callable[[], TextCleaner]:
        return partial(TextCleaner, type(self).NORMALIZE, self.MAX_BYTES)

    def _store_metadata(self, cleaned, summaries) -> None:
        for name, value in metadata(cleaned, summaries).items():
            self.info.metadata[name] = value
