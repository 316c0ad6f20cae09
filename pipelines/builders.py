"""Chooses the TFDS builder of a dataset and prepares the dataset on disk."""

import contextlib
import os
import sys
import textwrap
from dataclasses import dataclass

import tensorflow_datasets as tfds

from pipelines import registry
from pipelines.data_folder import data_folder, prepared_folder
from pipelines.definitions import definitions_dataset_builder as definitions
from pipelines.lines import lines_dataset_builder as lines
from pipelines.multi_file.builder import multi_file_config
from pipelines.preparation.build import Unreachable, build, name_of
from pipelines.ptb import ptb_dataset_builder as ptb
from pipelines.tweets import tweets_dataset_builder as tweets
from pipelines.tweets.multi_file_tweets import MultiFileTweets

# Datasets without configurations.
_ALONE = {"ptb": ptb.Builder, "definitions": definitions.Builder}


@dataclass(frozen=True)
class Prepared:
    """A dataset on disk.

    Attributes:
        builder: the TFDS builder that opens the dataset.
        notice: message for the user if it is not the requested dataset.
    """

    builder: tfds.core.DatasetBuilder
    notice: str | None = None

    @property
    def name(self) -> str:
        """Name of the dataset, e.g. `"tweets/synthetic"`."""
        return name_of(self.builder)


def prepare(
    dataset: str,
    *,
    data_file: str | None = None,
    data_dir: str | None = None,
    texts: int | None = None,
    beam: str | None = None,
) -> Prepared:
    """Opens a dataset and prepares it first if it is not on disk.

    `tweets` without a file is Sentiment140 or, if that cannot be downloaded,
    synthetic tweets with a notice.

    Args:
        dataset: one of `pipelines.registry.NAMES`.
        data_file: the user's own file, for `tweets` and `lines`; or a pattern
            or an address of several files.
        data_dir: folder of prepared datasets; by default `TFDS_DATA_DIR` or
            `~/tensorflow_datasets`.
        texts: number of training texts, for `tweets/synthetic`.
        beam: options of the Beam pipeline that prepares the files.

    Raises:
        UserError: if the arguments are invalid, the data cannot be downloaded
            or read, or the folder cannot be written.
    """
    if data_file is not None:
        data_file = os.path.expanduser(data_file)
    registry.check(dataset, data_file, texts, beam)
    data_dir = data_folder(data_dir)
    # TFDS creates the folders of a path that is too long without an end.
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.stat(data_dir)
    if dataset in _ALONE:
        return Prepared(build(_ALONE[dataset], None, data_dir))
    if registry.is_multi_file(dataset, data_file):
        builder = lines.Builder if dataset == "lines" else MultiFileTweets
        config = multi_file_config(data_file)
        return Prepared(
            build(builder, config, data_dir, lambda: _beam_options(beam))
        )
    if data_file is not None:
        config = tweets.file_config(data_file)
        return Prepared(build(tweets.Builder, config, data_dir))
    if dataset == "tweets/synthetic":
        return Prepared(_synthetic(data_dir, texts or tweets.SYNTHETIC_TEXTS))
    try:
        return Prepared(build(tweets.Builder, "sentiment140", data_dir))
    except Unreachable as error:
        if dataset != "tweets":
            raise
        notice = (
            "These are not real tweets: a grammar generated them "
            f"(tweets/synthetic), because {error}."
        )
    synthetic = _synthetic(data_dir, tweets.SYNTHETIC_TEXTS)
    _print_framed(notice)
    return Prepared(synthetic, notice)


def find_prepared(
    name: str, version: str, data_dir: str | None = None
) -> Prepared | None:
    """Opens a dataset by the name under which it was prepared.

    Args:
        name: name of the dataset, such as `"lines/file-mine-0123abcd"`.
        version: its version.
        data_dir: folder of prepared datasets, by default as in `prepare`.

    Returns:
        None if it is not in the folder, or not complete.
    """
    folder = prepared_folder(name, version, data_dir)
    if folder is None:
        return None
    print(f"found {name} in {folder}", file=sys.stderr)
    return Prepared(tfds.builder_from_directory(folder))


def _synthetic(data_dir: str, texts: int) -> tfds.core.DatasetBuilder:
    config = tweets.synthetic_config(texts)
    # TFDS requires the name of a configuration that the builder lists.
    listed = config.name in tweets.Builder.builder_configs
    return build(tweets.Builder, config.name if listed else config, data_dir)


def _beam_options(flags: str | None):
    """Returns Beam's options; None if the files are prepared without Beam."""
    if flags is None:
        return None
    from pipelines.multi_file import beam_options

    return beam_options.read(flags)


def _print_framed(notice: str) -> None:
    """Prints a notice in a frame to standard error."""
    edge = "!" * 72
    wrapped = textwrap.wrap(notice, 66, break_on_hyphens=False)
    print(
        edge,
        *(f"!! {line:66} !!" for line in wrapped),
        edge,
        sep="\n",
        file=sys.stderr,
    )
