"""Helpers of tests that write text files and read corpora."""

import contextlib
import gzip
import unicodedata
from itertools import islice
from pathlib import Path

import pytest

import pipelines
from pipelines.errors import UserError

PACKAGE = Path(pipelines.__file__).parent


@contextlib.contextmanager
def user_error(match):
    """Expects a `UserError` of one line that matches."""
    with pytest.raises(UserError, match=match) as error:
        yield error
    assert "\n" not in str(error.value)


def write_file(folder, name, data):
    """Writes a file, compressed if its name ends in .gz; returns its path."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def rows(corpus, split):
    """Returns the examples of a split."""
    return list(corpus.texts(split).as_numpy_iterator())


def texts(corpus, split):
    """Returns the texts of a split."""
    return [row["text"] for row in rows(corpus, split)]


def first(dataset, count):
    """Returns the first `count` elements of a dataset; all if None."""
    return list(islice(dataset.as_numpy_iterator(), count))


def compose(text):
    """Returns Unicode's composed form of a text, itself if not UTF-8."""
    try:
        return unicodedata.normalize("NFC", text.decode()).encode()
    except UnicodeDecodeError:
        return text
