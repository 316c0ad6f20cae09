"""What a user should know about texts that were just prepared."""

from collections import Counter
from collections.abc import Iterator

import tensorflow as tf
import tensorflow_datasets as tfds

ROWS = 100_000
"""Most texts of a split that are read for the notes."""
_SHOWN_LABELS = 10
_RARE = 5
_LONG_LABEL = 50
_HEADS = {b"label", b"labels", b"class", b"category", b"sentiment", b"target"}
_TEXT_HEADS = {b"text", b"texts", b"tweet", b"sentence", b"message", b"content"}


def notes(builder: tfds.core.DatasetBuilder) -> Iterator[str]:
    """Yields a line for each thing in the texts that is often a mistake.

    Args:
        builder: builder of a prepared dataset; `ROWS` texts of each split
            are read.
    """
    total = sum(split.num_examples for split in builder.info.splits.values())
    read, found = _read(builder)
    if found and read < total:
        yield f"what follows is about {read:,} of {total:,} texts"
    yield from found


def _read(builder):
    """Returns the number of texts that were read, and the notes on them."""
    labels: Counter[bytes] = Counter()
    returns = heads = read = 0
    for texts, row_labels in _batches(builder):
        read += len(texts)
        labels.update(row_labels)
        returns += sum(b"\r" in text for text in texts)
        heads += sum(
            label.strip().lower() in _HEADS
            and text.strip().lower() in _TEXT_HEADS
            for text, label in zip(texts, row_labels, strict=True)
        )
    found = []
    if returns:
        found.append(
            f"{returns:,} texts have a carriage return inside; if it should "
            "end a line, convert the file first: tr '\\r' '\\n' < OLD > NEW"
        )
    if heads:
        found.append(
            "a row looks like the names of columns (label, text); delete it "
            "from the file if it is not a text"
        )
    unlabelled = labels.pop(b"", 0)
    if labels:
        found += _label_notes(labels, unlabelled)
    return read, found


def _label_notes(labels, unlabelled):
    common = sorted(labels.items(), key=lambda item: (-item[1], item[0]))
    shown = common[:_SHOWN_LABELS]
    rest = len(labels) - len(shown)
    counts = [f"{_text(label)} {count:,}" for label, count in shown]
    counts += [f"{rest:,} others"] * (rest > 0)
    counts += [f"without a label {unlabelled:,}"] * (unlabelled > 0)
    yield f"labels: {', '.join(counts)}"
    rare = [label for label, count in common if count < _RARE]
    if rare:
        names = ", ".join(map(_text, rare[:_SHOWN_LABELS]))
        more = " …" * (len(rare) > _SHOWN_LABELS)
        yield f"labels of fewer than {_RARE} texts: {names}{more}"
    odd = sum(
        count
        for label, count in labels.items()
        if label.count(b'"') % 2 or len(label) > _LONG_LABEL
    )
    if odd:
        yield (
            f"{odd:,} labels are long or have an unpaired quote: a label is "
            "what stands before the first tab of a line, and a quoted text "
            "must not have a line break"
        )


def _text(label):
    return repr(label.decode("utf-8", "replace"))[1:-1]


def _batches(builder):
    """Yields lists of texts and of their labels."""
    info = builder.info
    if "label" not in info.features:
        return
    for split in info.splits.values():
        records = tf.data.TFRecordDataset([str(f) for f in split.filepaths])
        features = {
            name: tf.io.FixedLenFeature([], tf.string)
            for name in ("text", "label")
        }
        for batch in records.take(ROWS).batch(256):
            rows = tf.io.parse_example(batch, features)
            yield rows["text"].numpy().tolist(), rows["label"].numpy().tolist()
