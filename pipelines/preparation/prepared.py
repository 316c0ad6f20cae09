"""Finds a data set on disk, or downloads, checks and writes it first."""

import logging
import os
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace

import requests
import tensorflow as tf
import tensorflow_datasets as tfds
from absl import logging as absl_logging
from etils import epath
from tensorflow_datasets.core import shuffle
from tensorflow_datasets.core.download.download_manager import (
    NonMatchingChecksumError,
)
from tensorflow_datasets.core.download.util import DownloadError

from pipelines import registry
from pipelines.command_line import UserError
from pipelines.files import file_system
from pipelines.lines import lines_dataset_builder as lines
from pipelines.multi_file.builder import pooled_config
from pipelines.preparation.sharding import Config
from pipelines.ptb import ptb_dataset_builder as ptb
from pipelines.tweets import tweets_dataset_builder as tweets
from pipelines.tweets.multi_file_tweets import PooledTweets

# What is sorted in memory; more goes through temporary files.
_SORT_BYTES = 32 << 20
_ANSWER_SECONDS = 5


class Unreachable(UserError):
    """A file that must be downloaded cannot be."""


@dataclass(frozen=True)
class Prepared:
    """A data set on disk.

    Attributes:
        builder: opens it.
        notice: text for the user if it is not what was asked for.
    """

    builder: tfds.core.DatasetBuilder
    notice: str | None = None

    @property
    def name(self) -> str:
        """What it is, e.g. `"tweets/synthetic"`."""
        config = self.builder.builder_config
        return "/".join([self.builder.name] + ([config.name] if config else []))


def prepare(
    dataset: str,
    *,
    data_file: str | None = None,
    data_dir: str | None = None,
    texts: int | None = None,
    beam: str | None = None,
) -> Prepared:
    """Opens a data set and prepares it first if it is not on disk.

    `tweets` without a file is Sentiment140 or, where that cannot be
    downloaded, made-up tweets with a notice.

    Args:
        dataset: one of `pipelines.registry.NAMES`.
        data_file: the user's own file, for `tweets` and `lines`; or a pattern
            or an address of several.
        data_dir: folder of prepared data sets; TFDS's own by default.
        texts: number of training texts, for `tweets/synthetic`.
        beam: options of a Beam pipeline that prepares the files.

    Raises:
        UserError: if the request makes no sense, the data cannot be
            downloaded or read, or the folder cannot be written.
    """
    registry.check(dataset, data_file, texts, beam)
    data_dir = os.path.expanduser(
        data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    )
    if dataset == "ptb":
        return _prepare(ptb.Builder, None, data_dir)
    if registry.is_pooled(dataset, data_file):
        pooled = lines.Builder if dataset == "lines" else PooledTweets
        return _prepare(pooled, pooled_config(data_file), data_dir, beam)
    if data_file is not None:
        config = tweets.file_config(data_file)
        return _prepare(tweets.Builder, config, data_dir)
    if dataset == "tweets/synthetic":
        return _synthetic(data_dir, texts or tweets.SYNTHETIC)
    try:
        return _prepare(tweets.Builder, "sentiment140", data_dir)
    except Unreachable as error:
        if dataset != "tweets":
            raise
        notice = (
            "These are not real tweets: they are made up by a grammar "
            f"(tweets/synthetic), because {error}."
        )
    made_up = _synthetic(data_dir, tweets.SYNTHETIC)
    _frame(notice)
    return replace(made_up, notice=notice)


def _synthetic(data_dir: str, texts: int) -> Prepared:
    config = tweets.synthetic_config(texts)
    # TFDS wants a configuration that the builder lists by its name.
    known = config.name in tweets.Builder.builder_configs
    return _prepare(tweets.Builder, config.name if known else config, data_dir)


def _prepare(
    builder_class: type[tfds.core.DatasetBuilder],
    config: tfds.core.BuilderConfig | str | None,
    data_dir: str,
    beam: str | None = None,
) -> Prepared:
    with _quiet():
        try:
            builder = builder_class(data_dir=data_dir, config=config)
            found = builder.is_prepared()
        except (OSError, tf.errors.OpError) as error:
            raise UserError(
                f"{data_dir} cannot be read ({_one_line(error)}); check "
                "--data-dir and your access to it"
            ) from error
        prepared = Prepared(builder)
        if found:
            print(
                f"found {prepared.name} in {builder.data_dir}", file=sys.stderr
            )
            return prepared
        _check_writable(data_dir)
        if config is None or config == "sentiment140":
            _check_reachable(builder, epath.Path(data_dir) / "downloads")
        how = Config(try_download_gcs=False, beam_options=_beam_options(beam))
        print(
            f"preparing {prepared.name} in {builder.data_dir}", file=sys.stderr
        )
        try:
            # TFDS prints there; a command's output is only its result.
            with _little_memory(), redirect_stdout(sys.stderr):
                builder.download_and_prepare(download_config=how)
        except NonMatchingChecksumError as error:
            what = str(error).partition(":\n")[0]
            raise UserError(
                f"{what}; replace the file by the original, or delete it to "
                "download it anew"
            ) from error
        except (DownloadError, requests.RequestException) as error:
            raise Unreachable(
                f"a download failed ({_one_line(error)}); try again, or get "
                "the file some other way and put it into "
                f"{epath.Path(data_dir) / 'downloads' / 'manual'}"
            ) from error
        except (OSError, tf.errors.OpError) as error:
            again = builder_class(data_dir=data_dir, config=config)
            if again.is_prepared():  # Another process was faster.
                return Prepared(again)
            raise UserError(
                f"{data_dir} cannot be written ({_one_line(error)}); make "
                "room or choose another folder with --data-dir"
            ) from error
    return prepared


def _frame(notice: str) -> None:
    """Prints a text that cannot be missed."""
    edge = "!" * 72
    rows = textwrap.wrap(notice, 66, break_on_hyphens=False)
    print(
        edge,
        *(f"!! {line:66} !!" for line in rows),
        edge,
        sep="\n",
        file=sys.stderr,
    )


def _beam_options(flags: str | None):
    """Beam's options; None for the plain way, which does not need Beam."""
    if flags is None:
        return None
    from pipelines.multi_file import beam_options

    return beam_options.read(flags)


def _check_writable(folder: str) -> None:
    try:
        epath.Path(folder).mkdir(parents=True, exist_ok=True)
        if not file_system.is_address(folder):
            with tempfile.TemporaryFile(dir=folder):
                pass
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or _one_line(error)
        raise UserError(
            f"{folder} cannot be written ({reason}); choose another folder "
            "with --data-dir"
        ) from error


def _check_reachable(
    builder: tfds.core.DatasetBuilder, downloads: epath.Path
) -> None:
    """Finds out in seconds what TFDS would try for minutes."""
    manual = downloads / "manual"
    for url, info in builder.url_infos.items():
        cached = tfds.core.download.resource.get_dl_fname(url, info.checksum)
        if (manual / info.filename).exists() or (
            downloads / builder.name / cached
        ).exists():
            continue
        try:
            requests.head(
                url, timeout=_ANSWER_SECONDS, allow_redirects=True
            ).raise_for_status()
        except requests.RequestException as error:
            raise Unreachable(
                f"{url} cannot be downloaded ({type(error).__name__}); get "
                f"{info.filename} some other way and put it into {manual}"
            ) from error


@contextmanager
def _little_memory() -> Iterator[None]:
    """Lets TFDS sort through files, so that memory stays bounded."""
    usual = shuffle.MAX_MEM_BUFFER_SIZE
    shuffle.MAX_MEM_BUFFER_SIZE = _SORT_BYTES
    try:
        yield
    finally:
        shuffle.MAX_MEM_BUFFER_SIZE = usual


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps libraries' remarks from the screen, and bars from files."""
    usual = absl_logging.get_verbosity(), logging.root.manager.disable
    absl_logging.set_verbosity(absl_logging.ERROR)
    logging.disable(logging.WARNING)
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    try:
        yield
    finally:
        absl_logging.set_verbosity(usual[0])
        logging.disable(usual[1])


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
