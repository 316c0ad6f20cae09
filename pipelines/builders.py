"""From the name of a data set to its builder, prepared on disk."""

import os
import sys
import textwrap
from dataclasses import dataclass

import tensorflow_datasets as tfds

from pipelines import registry
from pipelines.lines import lines_dataset_builder as lines
from pipelines.multi_file.builder import multi_file_config
from pipelines.preparation.build import Unreachable, build, name_of
from pipelines.ptb import ptb_dataset_builder as ptb
from pipelines.tweets import tweets_dataset_builder as tweets
from pipelines.tweets.multi_file_tweets import MultiFileTweets


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
        return name_of(self.builder)


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
        return Prepared(build(ptb.Builder, None, data_dir))
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
        return Prepared(_synthetic(data_dir, texts or tweets.SYNTHETIC))
    try:
        return Prepared(build(tweets.Builder, "sentiment140", data_dir))
    except Unreachable as error:
        if dataset != "tweets":
            raise
        notice = (
            "These are not real tweets: they are made up by a grammar "
            f"(tweets/synthetic), because {error}."
        )
    made_up = _synthetic(data_dir, tweets.SYNTHETIC)
    _frame(notice)
    return Prepared(made_up, notice)


def _synthetic(data_dir: str, texts: int) -> tfds.core.DatasetBuilder:
    config = tweets.synthetic_config(texts)
    # TFDS wants a configuration that the builder lists by its name.
    known = config.name in tweets.Builder.builder_configs
    return build(tweets.Builder, config.name if known else config, data_dir)


def _beam_options(flags: str | None):
    """Beam's options; None for the plain way, which does not need Beam."""
    if flags is None:
        return None
    from pipelines.multi_file import beam_options

    return beam_options.read(flags)


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
