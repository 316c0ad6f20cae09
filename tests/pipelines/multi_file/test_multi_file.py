"""Contents of multi-file datasets, which Beam does not change."""

import itertools
import json
import shutil
import tempfile
from pathlib import Path

import pytest
import tensorflow as tf
from corpus_helpers import write_file
from hypothesis import given, settings
from hypothesis import strategies as st
from multi_file_data import (
    BEAM,
    BEAM_WITH_RETRIES,
    complete_datasets,
    digest,
    expected_result,
    prepare,
)

from pipelines.files import text_files
from pipelines.load import load
from pipelines.preparation import sharding

pytestmark = pytest.mark.long

beam = pytest.importorskip("pipelines.multi_file.beam_runner")

PIECES = ["a", "be", "e\u0301", "é", "日本", "\t", " ", "\ufeff"]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=4).map(
        lambda pieces: "".join(pieces).encode()
    ),
    st.binary(max_size=4).map(
        lambda raw: raw.replace(b"\0", b"").replace(b"\n", b"\xff")
    ),
)
LINES = st.lists(TEXTS, max_size=12)
LINE_ENDS = st.sampled_from([b"\n", b"\r\n"])


@pytest.fixture(autouse=True, scope="module")
def small_parts():
    """Makes many shards and parts even from small files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharding, "SHARD_BYTES", 300)
        patch.setattr(beam, "PART_BYTES", 17)
        yield


def read_rows(shards, split):
    """Returns the rows of a split, in their order on disk."""
    records, rows = [], []
    for name in sorted(shards):
        if f"-{split}.tfrecord" in name:
            with tempfile.NamedTemporaryFile() as file:
                Path(file.name).write_bytes(shards[name])
                found = tf.data.TFRecordDataset(file.name)
                records += found.as_numpy_iterator()
    for record in records:
        feature = tf.train.Example.FromString(record).features.feature
        label, text = (feature[key].bytes_list for key in ("label", "text"))
        rows.append((label.value[0], text.value[0]))
    return rows


@settings(max_examples=4)
@given(
    plain=LINES, labelled=LINES, packed=LINES, end=LINE_ENDS, bom=st.booleans()
)
def test_rows_and_counts_with_and_without_beam(
    plain, labelled, packed, end, bom
):
    with tempfile.TemporaryDirectory() as parent:
        parent = Path(parent)
        folder = parent / "files"
        start = b"\xef\xbb\xbf" if bom else b""
        base = [b"one\ttab", b"two", b"three"]
        write_file(folder, "a.txt", start + end.join(base + plain))
        write_file(folder, "b.tsv", start + end.join(labelled))
        both = end.join([*packed, *labelled, *packed]) + end
        write_file(folder, "c.tsv.gz", both)
        shards = prepare(folder, parent / "plain")
        assert prepare(folder, parent / "beam", BEAM) == shards
        expected = expected_result(folder)
        metadata = json.loads(shards["metadata.json"])
        kept = {split: read_rows(shards, split) for split in metadata["splits"]}
        all_rows = [row for rows in kept.values() for row in rows]
        assert len(all_rows) == len(expected.rows)
        assert set(all_rows) == expected.rows
        assert metadata["counts"] == {
            "read": expected.read,
            "kept": len(expected.rows),
            "empty": expected.empty,
            "too_long": 0,
            "duplicates": expected.duplicates,
            "invalid_utf8": sum(
                text.decode(errors="ignore").encode() != text
                for _, text in expected.rows
            ),
        }
        for split, rows in kept.items():
            texts = [text for _, text in rows]
            assert metadata["splits"][split] == {
                "sha256": digest(texts),
                "longest": max(map(len, texts)),
                "bytes": sum(map(len, texts)),
            }
        texts = [{text for _, text in rows} for rows in kept.values()]
        for one, other in itertools.combinations(texts, 2):
            assert not one & other


@pytest.fixture(scope="module")
def tweets_folder(tmp_path_factory):
    """Three files of 2,500 rows, with duplicates, empty and long ones."""
    folder = tmp_path_factory.mktemp("tweets") / "files"
    rows = [
        b"%s\ttweet %d of @ann%d http://a.example/%d"
        % ((b"good", b"bad")[n % 2], n % 1500, n, n)
        for n in range(2500)
    ]
    rows[7] = b"long " * 26
    rows[8] = rows[9] = b""
    write_file(folder, "a.tsv", b"\n".join(rows[:900]))
    write_file(folder, "b.tsv.gz", b"\n".join(rows[900:1700]))
    write_file(folder, "c.tsv", b"\r\n".join(rows[1700:]))
    return folder


@pytest.fixture(scope="module")
def tweets_shards(tweets_folder, tmp_path_factory):
    """The files of the dataset, made without Beam."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharding, "SHARD_BYTES", 10_000)
        data_dir = tmp_path_factory.mktemp("plain")
        return prepare(tweets_folder, data_dir, dataset="tweets")


def test_rows_and_counts_of_tweets(tweets_shards):
    counts = {"read": 2500, "kept": 1500, "empty": 2, "too_long": 1}
    counts |= {"duplicates": 997, "invalid_utf8": 0}
    assert json.loads(tweets_shards["metadata.json"])["counts"] == counts
    assert sum("-train.tfrecord" in name for name in tweets_shards) > 5
    rows = read_rows(tweets_shards, "validation")
    assert 40 < len(rows) < 110
    assert all(text.endswith(b" of @userid url") for _, text in rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        "--runner=DirectRunner --direct_running_mode=multi_threading "
        "--direct_num_workers=2",
        BEAM,
        BEAM_WITH_RETRIES,
        "--runner=DirectRunner",
        # Each bundle runs three times.
        f"{BEAM} --direct_runner_bundle_repeat=2",
    ],
)
def test_every_runner_writes_the_same_files(
    tweets_folder, tweets_shards, tmp_path, monkeypatch, options
):
    monkeypatch.setattr(sharding, "SHARD_BYTES", 10_000)
    monkeypatch.setattr(beam, "PART_BYTES", 5000)
    shards = prepare(tweets_folder, tmp_path, options, "tweets")
    assert shards == tweets_shards


def test_part_size_and_file_order_do_not_change_the_dataset(
    tweets_folder, tweets_shards, tmp_path, monkeypatch
):
    monkeypatch.setattr(sharding, "SHARD_BYTES", 10_000)
    monkeypatch.setattr(beam, "PART_BYTES", 100_000)
    real = text_files.find
    monkeypatch.setattr(text_files, "find", lambda pattern: real(pattern)[::-1])
    shards = prepare(tweets_folder, tmp_path / "beam", BEAM, "tweets")
    again = prepare(tweets_folder, tmp_path / "plain", None, "tweets")
    assert shards == again
    # The name of the dataset is of the files in their order.
    assert shards.keys() == tweets_shards.keys()
    for name in shards.keys() - {"dataset_info.json"}:
        assert shards[name] == tweets_shards[name], name


@pytest.mark.slow
def test_number_of_shards_is_limited(tweets_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(sharding, "MOST_SHARDS", 3)
    plain = prepare(tweets_folder, tmp_path / "plain", dataset="tweets")
    assert sum("-train.tfrecord" in name for name in plain) == 3
    assert plain == prepare(tweets_folder, tmp_path / "beam", BEAM, "tweets")


def test_unchanged_files_are_prepared_once(
    tweets_folder, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(sharding, "SHARD_BYTES", 10_000)
    monkeypatch.setattr(beam, "PART_BYTES", 5000)
    pattern = f"{tweets_folder}/*.tsv*"
    data_dir = str(tmp_path)
    one = load("tweets", data_file=pattern, data_dir=data_dir, beam=BEAM)
    two = load("tweets", data_file=pattern, data_dir=data_dir)
    assert one.record == two.record
    assert f"found {one.name} in {data_dir}" in capsys.readouterr().err
    # Another machine may have the files in another folder.
    moved = shutil.copytree(tweets_folder, tmp_path / "elsewhere")
    load("tweets", data_file=f"{moved}/*.tsv*", data_dir=data_dir)
    assert len(complete_datasets(tmp_path)) == 1
    with (moved / "c.tsv").open("ab") as file:
        file.write(b"\none more")
    load("tweets", data_file=f"{moved}/*.tsv*", data_dir=data_dir)
    assert len(complete_datasets(tmp_path)) == 2


@pytest.mark.slow
def test_files_at_an_address_are_read(tweets_folder, tweets_shards, tmp_path):
    """TensorFlow's file system in memory replaces one in a cloud."""
    for path in tweets_folder.iterdir():
        with tf.io.gfile.GFile(f"ram://tweets/{path.name}", "wb") as file:
            file.write(path.read_bytes())
    options = {"data_file": "ram://tweets/*.tsv*"}
    plain = load("tweets", **options, data_dir=str(tmp_path / "plain"))
    by_beam = load("tweets", **options, data_dir=str(tmp_path / "b"), beam=BEAM)
    assert plain.record == by_beam.record
    counts = json.loads(tweets_shards["metadata.json"])["counts"]
    assert plain.record["counts"] == counts
