"""Subwords of a prepared dataset, learned once and kept beside it."""

import dataclasses
import math
import sys
import uuid
from collections.abc import Iterator

import tensorflow as tf
import tensorflow_datasets as tfds
from etils import epath

from pipelines.streams.corpus import Corpus, parse_texts, read_records
from pipelines.vocabulary import SubwordVocabulary

# Bytes of the texts to learn from: more take longer and change little.
_MOST_BYTES = 8 << 20


def with_subwords(corpus: Corpus, size: int | None) -> Corpus:
    """Returns the corpus in subwords of its train split.

    Args:
        corpus: an open corpus.
        size: ids that can be predicted; None for the corpus as it is.

    Raises:
        UserError: if they cannot be learned.
    """
    if size is None:
        return corpus
    vocabulary = prepared_subwords(corpus.builder, size)
    return dataclasses.replace(corpus, vocabulary=vocabulary)


def prepared_subwords(
    builder: tfds.core.DatasetBuilder, size: int
) -> SubwordVocabulary:
    """Returns the subwords of a dataset's train split.

    Learned from all texts or, in a large corpus, from a part that is spread
    over all of it. They are kept in the folder of the dataset.

    Args:
        builder: builder of the prepared dataset.
        size: ids that can be predicted.

    Raises:
        UserError: if they cannot be learned.
    """
    file = epath.Path(builder.data_dir) / "subwords" / f"{size}.json"
    try:
        return SubwordVocabulary.from_json(file.read_text("utf-8"))
    except (OSError, ValueError, tf.errors.OpError):
        pass
    print(f"learning {size:,} subwords from the texts", file=sys.stderr)
    vocabulary = SubwordVocabulary.learn(_texts(builder), size)
    if vocabulary.size < size:
        print(
            f"note: the texts have room for {vocabulary.size:,} subwords only",
            file=sys.stderr,
        )
    # Other processes may write it at the same time.
    part = file.with_name(f".part-{uuid.uuid4().hex}")
    try:
        file.parent.mkdir(exist_ok=True)
        part.write_text(vocabulary.to_json(), "utf-8")
        part.replace(file)
    except (OSError, tf.errors.OpError):
        print(
            f"note: {file} cannot be written, so each run learns the subwords "
            "again",
            file=sys.stderr,
        )
    return vocabulary


def _texts(builder: tfds.core.DatasetBuilder) -> Iterator[bytes]:
    split = builder.info.splits["train"]
    bytes_ = builder.info.metadata["splits"]["train"]["bytes"]
    step = math.ceil(bytes_ / _MOST_BYTES)
    files = [str(path) for path in split.filepaths]
    for records in read_records(files).shard(step, 0).batch(1 << 12):
        yield from parse_texts(records).numpy()
