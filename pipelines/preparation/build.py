"""Prepares the dataset of a TFDS builder if it is not on disk."""

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import requests
import tensorflow as tf
import tensorflow_datasets as tfds
from absl import logging as absl_logging
from etils import epath

from pipelines.compat.tfds import (
    DownloadError,
    NonMatchingChecksumError,
    bounded_memory,
    get_dl_fname,
    plain_bars,
)
from pipelines.errors import UserError, one_line
from pipelines.files import file_system
from pipelines.preparation.notes import notes
from pipelines.preparation.sharding import ShardedDownloadConfig
from pipelines.start_process import shows_notices

# Memory for sorting; more data is sorted with temporary files.
SORT_BYTES = 32 << 20
_TIMEOUT_SECONDS = 5


class Unreachable(UserError):
    """A required file cannot be downloaded."""


def name_of(builder: tfds.core.DatasetBuilder) -> str:
    """Returns the name of a builder's dataset, e.g. `"tweets/synthetic"`."""
    return builder.info.full_name.rpartition("/")[0]


def build(
    builder_class: type[tfds.core.DatasetBuilder],
    config: tfds.core.BuilderConfig | str | None,
    data_dir: str,
    beam_options: Callable[[], Any] = lambda: None,
) -> tfds.core.DatasetBuilder:
    """Opens a dataset and prepares it first if it is not on disk.

    Args:
        builder_class: builder of the dataset.
        config: configuration of the builder or its name, None for no
            configuration.
        data_dir: folder of prepared datasets.
        beam_options: returns the options of the Beam pipeline that prepares
            the files, or None to prepare them in this process.

    Raises:
        UserError: if the data cannot be downloaded or read, or the folder
            cannot be written.
    """
    with _quiet():
        try:
            builder = builder_class(data_dir=data_dir, config=config)
            prepared = builder.is_prepared()
        except (OSError, tf.errors.OpError) as error:
            raise UserError(
                f"{data_dir} cannot be read ({one_line(error)}); check "
                "`data_dir` and your access to it"
            ) from error
        name = name_of(builder)
        if prepared:
            print(f"found {name} in {builder.data_dir}", file=sys.stderr)
            return builder
        _create_folder(data_dir)
        check_reachable(builder, epath.Path(data_dir) / "downloads")
        download_config = ShardedDownloadConfig(
            try_download_gcs=False, beam_options=beam_options()
        )
        print(
            f"preparing {name} from {_source(builder)} to {builder.data_dir}",
            file=sys.stderr,
        )
        try:
            with bounded_memory(SORT_BYTES), plain_bars(), _lines_of_tfds():
                builder.download_and_prepare(download_config=download_config)
            if not builder.info.splits:
                # The folder was there already: of a faster process, or damaged.
                builder = builder_class(data_dir=data_dir, config=config)
                if not builder.is_prepared():
                    raise UserError(
                        f"{builder.data_dir} is incomplete; move it away and "
                        "run again"
                    )
        except NonMatchingChecksumError as error:
            reason = str(error).partition(":\n")[0]
            raise UserError(
                f"{reason}; replace the file with the original, or delete it "
                "to download it again"
            ) from error
        except (DownloadError, requests.RequestException) as error:
            raise Unreachable(
                f"a download failed ({one_line(error)}); try again, or get "
                "the file in another way and put it into "
                f"{epath.Path(data_dir) / 'downloads' / 'manual'}"
            ) from error
        except (OSError, tf.errors.OpError) as error:
            reopened = builder_class(data_dir=data_dir, config=config)
            if reopened.is_prepared():  # Another process was faster.
                return reopened
            raise UserError(
                f"{data_dir} cannot be written ({one_line(error)}); free disk "
                "space or choose another folder with `data_dir`"
            ) from error
    if getattr(config, "path", ""):
        # Only a user's own file can have a user's mistakes.
        for note in notes(builder):
            print(f"note: {note}", file=sys.stderr)
    return builder


def _source(builder: tfds.core.DatasetBuilder) -> str:
    """Returns what a dataset is made from."""
    config = builder.builder_config
    if getattr(config, "path", ""):
        return config.path
    if getattr(config, "texts", 0):
        return "a grammar"
    return ", ".join(_downloads(builder)) or "this package"


def _downloads(builder: tfds.core.DatasetBuilder) -> dict[str, Any]:
    """Returns the files that a dataset is made from, by their URL."""
    config = builder.builder_config
    if config is None or config.name == "sentiment140":
        return builder.url_infos or {}
    return {}


@contextmanager
def _lines_of_tfds() -> Iterator[None]:
    """Hides what TFDS prints; its progress bars are not part of it.

    With `--verbose` the lines go to stderr, as stdout is only for a command's
    result.
    """
    with (
        open(os.devnull, "w") as nowhere,
        redirect_stdout(sys.stderr if shows_notices() else nowhere),
    ):
        yield


def _create_folder(folder: str) -> None:
    try:
        epath.Path(folder).mkdir(parents=True, exist_ok=True)
        if not file_system.is_address(folder):
            with tempfile.TemporaryFile(dir=folder):
                pass
    except (OSError, tf.errors.OpError) as error:
        reason = one_line(error)
        raise UserError(
            f"{folder} cannot be written ({reason}); choose another folder "
            "with `data_dir`"
        ) from error


def check_reachable(
    builder: tfds.core.DatasetBuilder, downloads: epath.Path
) -> None:
    """Checks that the files can be downloaded; TFDS retries for minutes."""
    manual = downloads / "manual"
    for url, info in _downloads(builder).items():
        cached = get_dl_fname(url, info.checksum)
        if (manual / info.filename).exists() or (
            downloads / builder.name / cached
        ).exists():
            continue
        try:
            requests.head(
                url, timeout=_TIMEOUT_SECONDS, allow_redirects=True
            ).raise_for_status()
        except requests.RequestException as error:
            raise Unreachable(
                f"{url} cannot be downloaded ({type(error).__name__}); get "
                f"{info.filename} in another way and put it into {manual}"
            ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Hides the logs of libraries, and progress bars outside a terminal.

    With `--verbose` it hides nothing but the bars.
    """
    if not sys.stderr.isatty():
        tfds.disable_progress_bar()
    if shows_notices():
        yield
        return
    previous = absl_logging.get_verbosity(), logging.root.manager.disable
    absl_logging.set_verbosity(absl_logging.ERROR)
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        absl_logging.set_verbosity(previous[0])
        logging.disable(previous[1])
