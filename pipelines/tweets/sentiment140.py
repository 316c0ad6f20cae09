"""Reading of the archive of Sentiment140."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from os import PathLike

URL = "https://cs.stanford.edu/people/alecmgo/trainingandtestdata.zip"
SPLITS = ("train", "validation", "test")

_TRAIN = "training.1600000.processed.noemoticon.csv"
_TEST = "testdata.manual.2009.06.14.csv"
_LABELS = {"0": b"negative", "2": b"neutral", "4": b"positive"}
# One tweet in 160 is for validation: about 10,000 tweets.
_PARTS = 160


def rows(archive: str | PathLike, split: str) -> Iterator[tuple[bytes, bytes]]:
    """Reads one split lazily, without unpacking the archive.

    The training file is sorted by label, so a hash of the tweet's id chooses
    the tweets for validation.

    Args:
        archive: the zip file.
        split: one of `SPLITS`.

    Yields:
        `(label, text)` in UTF-8.
    """
    name = _TEST if split == "test" else _TRAIN
    with zipfile.ZipFile(archive) as files, files.open(name) as file:
        text = io.TextIOWrapper(file, "iso-8859-1", newline="")
        for polarity, tweet_id, _, _, _, tweet in csv.reader(text):
            if split == "test" or _held_out(tweet_id) == (
                split == "validation"
            ):
                yield _LABELS[polarity], tweet.encode()


def _held_out(tweet_id: str) -> bool:
    digest = hashlib.blake2b(tweet_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest) % _PARTS == 0
