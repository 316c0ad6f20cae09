"""Names of the datasets, and checks of a request that need no TensorFlow."""

from importlib.util import find_spec

from pipelines.checks import require_positive
from pipelines.errors import UserError
from pipelines.files import file_system, text_files

NAMES = (
    "ptb",
    "tweets",
    "tweets/sentiment140",
    "tweets/synthetic",
    "definitions",
    "lines",
)


def check(
    dataset: str,
    data_file: str | None = None,
    texts: int | None = None,
    beam: str | None = None,
) -> None:
    """Checks that a request for a dataset is valid, without TensorFlow.

    Args:
        dataset: one of `NAMES`.
        data_file: the user's own file or files, for `tweets` and `lines`.
        texts: number of training texts, for `tweets/synthetic`.
        beam: options of a Beam pipeline.

    Raises:
        UserError: if the name is unknown, an argument is missing or does not
            fit the dataset, the file is not a text file, or Beam is not
            installed.
    """
    if dataset not in NAMES:
        raise UserError(
            f"unknown dataset {dataset!r}; choose one of {', '.join(NAMES)}"
        )
    if data_file is None and dataset == "lines":
        raise UserError("lines needs your own file; add `data_file` FILE")
    if data_file is not None and dataset not in ("tweets", "lines"):
        raise UserError(
            f"{dataset} takes no file; leave `data_file` out, or use it with "
            "tweets or lines"
        )
    if texts is not None and dataset != "tweets/synthetic":
        raise UserError(
            f"{dataset} has a fixed number of texts; leave `texts` out, or "
            "use it with tweets/synthetic"
        )
    require_positive(texts=texts)
    if texts is not None and texts < 10:
        raise UserError(f"`texts` must be 10 or more, not {texts}")
    if beam is not None and not is_multi_file(dataset, data_file):
        raise UserError(
            "`beam` works only for lines, and for tweets from several files; "
            "give a pattern such as 'tweets-*.tsv' as `data_file`, or leave "
            "`beam` out"
        )
    if beam is not None and not find_spec("apache_beam"):
        raise UserError(
            "`beam` needs Apache Beam; run pip install 'hcvae_tf[beam]'"
        )
    if data_file is not None:
        text_files.check(data_file)


def stand_in(dataset: str) -> str | None:
    """Returns the dataset of made-up texts that is like another one, if any.

    It needs neither a file nor a network.
    """
    return "tweets/synthetic" if dataset.startswith("tweets") else None


def is_multi_file(dataset: str, data_file: str | None) -> bool:
    """Returns whether `pipelines.multi_file` builds the dataset."""
    if data_file is None:
        return False
    return dataset == "lines" or file_system.is_pattern(data_file)
