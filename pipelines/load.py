"""Loads a dataset by name as a `Corpus`."""

import hashlib
import json
import sys
from typing import Any

from pipelines.builders import Prepared, find_prepared, prepare
from pipelines.streams.corpus import Corpus
from pipelines.streams.stream_corpus import StreamCorpus, read_lines
from pipelines.streams.text_corpus import TextCorpus
from pipelines.subwords import prepared_subwords
from pipelines.vocabulary import BaseVocabulary, Vocabulary


def load(
    dataset: str,
    *,
    data_file: str | None = None,
    data_dir: str | None = None,
    texts: int | None = None,
    subwords: int | None = None,
    vocabulary: BaseVocabulary | None = None,
    beam: str | None = None,
) -> Corpus:
    """Opens a dataset and prepares it first if it is not on disk.

    Prints to standard error where the dataset is and how many texts were left
    out.

    Args:
        dataset: one of `pipelines.registry.NAMES`.
        data_file: the user's own file, for `tweets` and `lines`; or a pattern
            or an address of several files.
        data_dir: folder of prepared datasets; by default `TFDS_DATA_DIR` or
            `~/tensorflow_datasets`.
        texts: number of training texts, for `tweets/synthetic`.
        subwords: ids of a vocabulary of subwords that is learned on the train
            split, once for a prepared dataset; None for characters.
        vocabulary: ids of the tokens of a trained model; by default, without
            subwords, the 50 characters of the train split for `ptb`, and all
            256 bytes for the others.
        beam: options of the Beam pipeline that prepares the files.

    Raises:
        UserError: if the arguments are invalid, the data cannot be downloaded
            or read, or the folder cannot be written.
    """
    prepared = prepare(
        dataset,
        data_file=data_file,
        data_dir=data_dir,
        texts=texts,
        beam=beam,
    )
    return _corpus(prepared, vocabulary, subwords)


def load_prepared(
    name: str,
    version: str,
    *,
    data_dir: str | None = None,
    vocabulary: BaseVocabulary,
) -> Corpus | None:
    """Opens a dataset by the name under which it was prepared.

    Neither the user's file nor a network is needed.

    Args:
        name: name of the dataset, such as `"lines/file-mine-0123abcd"`.
        version: its version.
        data_dir: see `load`.
        vocabulary: see `load`.

    Returns:
        None if the dataset is not on disk.
    """
    prepared = find_prepared(name, version, data_dir)
    return None if prepared is None else _corpus(prepared, vocabulary)


def _corpus(
    prepared: Prepared,
    vocabulary: BaseVocabulary | None,
    subwords: int | None = None,
) -> Corpus:
    record = _record(prepared)
    print(_counts_line(record), file=sys.stderr)
    info = prepared.builder.info
    sizes = {name: split.num_examples for name, split in info.splits.items()}
    if vocabulary is None and subwords is not None:
        vocabulary = prepared_subwords(prepared.builder, subwords)
    if prepared.name != "ptb":
        vocabulary = vocabulary or Vocabulary()
        return TextCorpus(
            name=prepared.name,
            vocabulary=vocabulary,
            record=record,
            default_length=64 if vocabulary.characters_per_token else 128,
            sizes=sizes,
            builder=prepared.builder,
        )
    if vocabulary is None:
        lines = read_lines(info.splits["train"].filepaths)
        vocabulary = Vocabulary.learn(b"".join(lines))
    return StreamCorpus(
        name=prepared.name,
        vocabulary=vocabulary,
        record=record,
        # The paper's 60 characters are about 20 subwords.
        default_length=20 if vocabulary.characters_per_token else 60,
        # Each line has a newline, which is not stored.
        sizes={
            name: info.metadata["splits"][name]["bytes"] + lines
            for name, lines in sizes.items()
        },
        builder=prepared.builder,
    )


def _record(prepared: Prepared) -> dict[str, Any]:
    """Returns the metadata that a run stores about its dataset."""
    metadata = prepared.builder.info.metadata
    splits = metadata["splits"]
    digests = {name: split["sha256"] for name, split in splits.items()}
    return {
        "name": prepared.name,
        "version": str(prepared.builder.version),
        "fingerprint": hashlib.sha256(
            json.dumps(digests, sort_keys=True).encode()
        ).hexdigest(),
        "counts": dict(metadata["counts"]),
        "longest": max(split["longest"] for split in splits.values()),
        "notice": prepared.notice,
    }


def _counts_line(record: dict[str, Any]) -> str:
    counts = ", ".join(
        f"{number:,} {what.replace('_', ' ')}"
        for what, number in record["counts"].items()
    )
    line = f"{record['name']}: {counts}"
    if record["counts"].get("invalid_utf8"):
        line += (
            "\nnote: bytes that are not valid UTF-8 are kept unchanged; "
            "convert files in another encoding first, for example with "
            "iconv -f latin1 -t utf-8"
        )
    return line
