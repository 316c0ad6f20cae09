"""The names of the data sets, and what can be checked before any work."""

from importlib.util import find_spec

from pipelines.errors import UserError
from pipelines.files import file_system, text_files

NAMES = ("ptb", "tweets", "tweets/sentiment140", "tweets/synthetic", "lines")


def check(
    dataset: str,
    data_file: str | None = None,
    texts: int | None = None,
    beam: str | None = None,
) -> None:
    """Makes sure that a request makes sense, without TensorFlow.

    Args:
        dataset: one of `NAMES`.
        data_file: the user's own file or files, for `tweets` and `lines`.
        texts: number of training texts, for `tweets/synthetic`.
        beam: options of a Beam pipeline.

    Raises:
        UserError: if the name is unknown, if a file or a number of texts is
            missing or does not go with it, if the file is no text file, or if
            Beam is missing or does not go with the rest.
    """
    if dataset not in NAMES:
        raise UserError(
            f"unknown data set {dataset!r}; choose one of {', '.join(NAMES)}"
        )
    if data_file is None and dataset == "lines":
        raise UserError("lines reads your own file: add `data_file` FILE")
    if data_file is not None and dataset not in ("tweets", "lines"):
        raise UserError(
            f"{dataset} takes no file; leave `data_file` out, or use it with "
            "tweets or lines"
        )
    if texts is not None and dataset != "tweets/synthetic":
        raise UserError(
            f"{dataset} has its own number of texts; leave `texts` out, or "
            "use it with tweets/synthetic"
        )
    if texts is not None and texts < 10:
        raise UserError(f"`texts` is {texts}; it must be 10 or more")
    if beam is not None and not is_multi_file(dataset, data_file):
        raise UserError(
            "`beam` is for lines, and for tweets of several files: give a "
            "pattern such as 'tweets-*.tsv' as `data_file`, or leave it out"
        )
    if beam is not None and not find_spec("apache_beam"):
        raise UserError(
            "`beam` needs Apache Beam: pip install 'hcvae_tf[beam]'"
        )
    if data_file is not None:
        text_files.check(data_file)


def is_multi_file(dataset: str, data_file: str | None) -> bool:
    """Whether a data set is pooled from files; see `pipelines.pooled`."""
    if data_file is None:
        return False
    return dataset == "lines" or file_system.is_pattern(data_file)
