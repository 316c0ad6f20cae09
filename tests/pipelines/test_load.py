import errno
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import chain, combinations
from pathlib import Path

import pytest
import tensorflow_datasets as tfds
from corpus_helpers import PACKAGE, rows, texts, user_error, write_file

from pipelines import prepare
from pipelines.compat.tfds import shuffle
from pipelines.load import load
from pipelines.preparation import build
from pipelines.tweets import grammar, tweets_dataset_builder


@pytest.fixture
def prepare_tweets(tweets_file, tmp_path):
    """Returns a function that prepares `tweets_file` in an empty folder."""
    options = {"data_file": tweets_file, "data_dir": str(tmp_path)}
    return lambda: load("tweets", **options)


def test_a_folder_without_its_description_is_refused(prepare_tweets, tmp_path):
    prepare_tweets()
    (file,) = tmp_path.glob("tweets/*/*/dataset_info.json")
    file.unlink()
    with user_error("is incomplete; move it away"):
        prepare_tweets()


def test_tweets_from_a_file(tweets, tweets_file):
    assert tweets.name.startswith("tweets/file-my_tweets-")
    assert tweets.vocabulary.size == 259
    assert tweets.default_length == 128
    assert tweets.record["counts"] == dict(
        read=304, kept=300, empty=2, too_long=2, invalid_utf8=1
    )
    assert json.loads(json.dumps(tweets.record)) == tweets.record
    assert tweets.record["notice"] is None
    found = texts(tweets, "validation") + texts(tweets, "train")
    lines = Path(tweets_file).read_bytes().splitlines()
    at = lines.index(b"bad \xff byte @ann http://a.example")
    lines[at] = b"bad \xff byte @userid url"
    file_texts = [line.split(b"\t")[-1] for line in lines]
    kept = [text for text in file_texts if text.strip() and len(text) <= 127]
    assert sorted(found) == sorted(kept)
    # The first tenth of the file, in any order on disk.
    assert set(texts(tweets, "validation")) == set(kept[:30])
    assert {row["label"] for row in rows(tweets, "train")} == {b"up", b""}


def test_loading_again_prints_the_counts(tweets, tweets_file, data_dir, capsys):
    again = load("tweets", data_file=tweets_file, data_dir=data_dir)
    assert again.record == tweets.record
    counts = "304 read, 300 kept, 2 empty, 2 too long, 1 invalid utf8"
    printed = capsys.readouterr()
    assert counts in printed.err
    assert printed.out == ""


def test_interrupted_download_is_not_reported_as_full_disk(
    fake_downloads, tmp_path, monkeypatch
):
    def broken(manager, url):
        raise build.requests.ConnectionError("reset by peer")

    monkeypatch.setattr(tfds.download.DownloadManager, "download", broken)
    with user_error(r"download failed .reset by peer"):
        load("tweets/sentiment140", data_dir=str(tmp_path))


def test_data_dir_defaults_to_the_environment(
    tweets, tweets_file, data_dir, monkeypatch, capsys
):
    monkeypatch.setenv("TFDS_DATA_DIR", data_dir)
    load("tweets", data_file=tweets_file)
    assert f"found {tweets.name} in {data_dir}" in capsys.readouterr().err


def test_a_home_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    monkeypatch.setenv("HOME", os.devnull)
    with user_error("/dev/null/tensorflow_datasets cannot be written"):
        load("tweets/synthetic", texts=20)
    with user_error("the home folder is unknown; .* `data_dir`"):
        load("tweets/synthetic", texts=20, data_dir="~no-such-user/data")


def test_lines_are_deduplicated_and_split(tmp_path, data_dir):
    lines = [f"line {number} cafe\u0301" for number in range(200)]
    lines += ["the same"] * 20 + ["", "long " * 1000, "r\udcff"]
    data = "\n".join(lines).encode("utf-8", "surrogateescape")
    path = write_file(tmp_path, "book.txt", data)
    corpus = load("lines", data_file=str(path), data_dir=data_dir)
    splits = {split: texts(corpus, split) for split in corpus.sizes}
    for one, other in combinations(splits.values(), 2):
        assert not set(one) & set(other)
    assert 8 <= len(set(splits["validation"])) <= 12
    expected = data.replace("e\u0301".encode(), "é".encode()).split(b"\n")
    expected.remove(b"")
    assert sorted(chain(*splits.values())) == sorted(set(expected))
    assert corpus.record["counts"] == dict(
        read=223, kept=203, empty=1, too_long=0, duplicates=19, invalid_utf8=1
    )
    assert corpus.record["longest"] == 5000


def test_lines_with_too_few_texts_are_refused(tmp_path, data_dir):
    path = write_file(tmp_path, "two.txt", b"one\ntwo\none\n")
    with user_error("2 different texts"):
        load("lines", data_file=str(path), data_dir=data_dir)


def test_tweets_are_refused_if_all_are_too_long(tmp_path, data_dir):
    path = write_file(tmp_path, "long.txt", (b"word " * 30 + b"\n") * 20)
    with user_error("use lines instead"):
        load("tweets", data_file=str(path), data_dir=data_dir)
    assert not list(Path(data_dir).glob("tweets/file-long-*/1.0.0"))


def test_synthetic_tweets_come_from_the_grammar(data_dir):
    corpus = load("tweets/synthetic", texts=60, data_dir=data_dir)
    assert corpus.name == "tweets/synthetic-60"
    assert corpus.sizes == {"train": 60, "validation": 6, "test": 6}
    words = ("text", "topic", "mood")
    # Probabilities are stored with 64 bits, so equality is exact.
    found = {
        (*(row[key].decode() for key in words), float(row["log_probability"]))
        for row in rows(corpus, "train")
    }
    assert found == {tuple(sample) for sample in grammar.sample(60, seed=0)}
    assert set(texts(corpus, "train")) != set(texts(corpus, "test"))


def test_sentiment140_is_read_from_its_archive(fake_downloads, data_dir):
    corpus = load("tweets/sentiment140", data_dir=data_dir)
    assert corpus.name == "tweets/sentiment140"
    assert {(r["label"], r["text"]) for r in rows(corpus, "train")} == {
        (b"negative", b"my umbrella broke again :/"),
        (b"positive", "café on the pier, what a morning".encode()),
        (b"positive", b"new kite! see url and call @userid"),
    }
    assert texts(corpus, "validation") == [b"@userid the soup is cold url"]
    labels = {r["label"] for r in rows(corpus, "test")}
    assert labels == {b"negative", b"neutral", b"positive"}
    assert corpus.record["counts"]["read"] == 8
    assert corpus.record["counts"]["too_long"] == 1
    # `tweets` now loads this dataset.
    assert load("tweets", data_dir=data_dir).record == corpus.record


def test_tweets_without_network_are_synthetic(
    no_network, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(tweets_dataset_builder, "SYNTHETIC_TEXTS", 200_000)
    # Keeps the nominal size but makes fewer texts.
    monkeypatch.setattr(
        grammar, "sample", lambda n, seed, real=grammar.sample: real(30, seed)
    )
    corpus = load("tweets", data_dir=str(tmp_path))
    assert corpus.name == "tweets/synthetic"
    assert "not real tweets" in corpus.record["notice"]
    assert "trainingandtestdata.zip" in corpus.record["notice"]
    lines = capsys.readouterr().err.splitlines()
    framed = [line for line in lines if line.startswith("!!")]
    assert len(framed) > 2
    assert {len(line) for line in framed} == {72}


@pytest.mark.parametrize(
    ("dataset", "file"),
    [
        ("ptb", "ptb.test.txt"),
        ("tweets/sentiment140", "trainingandtestdata.zip"),
    ],
)
def test_error_without_network_names_the_manual_folder(
    no_network, tmp_path, dataset, file
):
    manual = tmp_path / "downloads" / "manual"
    words = f"get {file} in another way and put it into {manual}"
    with user_error(f"{re.escape(words)}$"):
        load(dataset, data_dir=str(tmp_path))


def test_checksums_of_manual_files_are_checked(no_network, tmp_path):
    manual = tmp_path / "downloads" / "manual"
    shutil.copytree(PACKAGE / "ptb" / "dummy_data", manual)
    with user_error("wrong checksum"):
        load("ptb", data_dir=str(tmp_path))


def test_unwritable_data_dir_is_reported(tweets_file, tmp_path):
    (tmp_path / "file").touch()
    with user_error("`data_dir`"):
        load("tweets", data_file=tweets_file, data_dir=str(tmp_path / "file/a"))


def test_full_disk_is_reported(prepare_tweets, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shuffle.Shuffler, "add", full)
    with user_error(r"No space left.*`data_dir`"):
        prepare_tweets()


def test_killed_preparation_can_be_repeated(
    tweets, tweets_file, tmp_path, prepare_tweets
):
    code = (
        "import os\n"
        "from pipelines import load\n"
        "from pipelines.compat.tfds import shuffle\n"
        "adds = []\n"
        "def add(self, *args, real=shuffle.Shuffler.add):\n"
        "    adds.append(1)\n"
        "    if len(adds) == 280: os._exit(9)\n"
        "    return real(self, *args)\n"
        "shuffle.Shuffler.add = add\n"
        f"load.load('tweets', data_file={tweets_file!r},"
        f" data_dir={str(tmp_path)!r})"
    )
    assert subprocess.call([sys.executable, "-c", code]) == 9
    assert list(tmp_path.glob("tweets/*/incomplete*"))
    assert not list(tmp_path.glob("tweets/*/1.0.0"))
    again = prepare_tweets()
    assert again.record == tweets.record
    assert texts(again, "train") == texts(tweets, "train")


def test_two_processes_can_prepare_the_same_dataset(
    tweets, prepare_tweets, monkeypatch
):
    def prepare_too(*arguments):
        monkeypatch.setattr(shuffle.Shuffler, "add", real)
        prepare_tweets()
        real(*arguments)

    real = shuffle.Shuffler.add
    monkeypatch.setattr(shuffle.Shuffler, "add", prepare_too)
    corpus = prepare_tweets()
    assert corpus.record == tweets.record
    assert texts(corpus, "train") == texts(tweets, "train")


def test_sorting_on_disk_does_not_change_the_dataset(
    tweets, prepare_tweets, monkeypatch
):
    buckets = []
    real = shuffle.get_bucket_number

    def number(**arguments):
        buckets.append(real(**arguments))
        return buckets[-1]

    monkeypatch.setattr(shuffle, "get_bucket_number", number)
    monkeypatch.setattr(build, "SORT_BYTES", 1000)
    again = prepare_tweets()
    assert len(buckets) == 300
    assert texts(again, "train") == texts(tweets, "train")


def test_command_finds_what_it_prepared_before(
    tweets, tweets_file, tmp_path, monkeypatch, capsys
):
    flags = ["--data-file", tweets_file, "--data-dir", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["prepare", "tweets", *flags])
    prepare.main()
    first = capsys.readouterr()
    prepare.main()
    second = capsys.readouterr()
    assert first.out == second.out
    assert f"{tweets.name} is in {tmp_path}" in first.out
    assert "270 texts" in first.out
    assert f"preparing {tweets.name}" in first.err
    assert f"found {tweets.name}" in second.err


def test_command_refuses_an_unknown_dataset(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["prepare", "imdb"])
    with user_error("unknown dataset"):
        prepare.main()
