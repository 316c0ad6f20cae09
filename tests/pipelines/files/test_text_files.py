import gzip
import hashlib
import itertools
import os
import re

import pytest
from corpus_helpers import user_error, write_file
from hypothesis import given
from hypothesis import strategies as st

from pipelines.files import file_system, text_files


@pytest.mark.parametrize("ending", text_files.ENDINGS)
def test_rows_of_every_ending(tmp_path, ending):
    path = write_file(tmp_path, f"a{ending}", b"one\ntwo\r\n\nlast")
    text_files.check(path)
    texts = [b"one", b"two", b"", b"last"]
    assert list(text_files.rows(path)) == [(b"", text) for text in texts]


def test_only_tsv_files_have_labels(tmp_path):
    data = b"\xef\xbb\xbfgood\tone\ttab\nno label\n\tempty label\n"
    assert list(text_files.rows(write_file(tmp_path, "a.tsv", data))) == [
        (b"good", b"one\ttab"),
        (b"", b"no label"),
        (b"", b"empty label"),
    ]
    first = next(text_files.rows(write_file(tmp_path, "a.txt", data)))
    assert first == (b"", b"good\tone\ttab")


def test_rows_are_read_lazily(tmp_path):
    path = write_file(tmp_path, "a.txt", b"one\n\0two\n")
    assert next(text_files.rows(path)) == (b"", b"one")


def truncated_gzip(data):
    return gzip.compress(data, mtime=0)[:-6]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("a.txt", b"one\0two\n", "is binary"),
        ("a.txt", "hello\n".encode("utf-16"), "is binary"),
        ("a.tsv.gz", b"plain text\n", "damaged or not a gzip file"),
        ("a.txt.gz", truncated_gzip(b"one\n"), "damaged or not a gzip file"),
        ("a.csv", b"one\n", "unknown ending"),
        ("a", b"one\n", "unknown ending"),
        ("a.zip.gz", b"one\n", "unknown ending"),
        ("missing.txt", None, "does not exist"),
        (".", None, "is a folder"),
    ],
)
def test_check_refuses_bad_files(tmp_path, name, data, message):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with user_error(message):
        text_files.check(tmp_path / name)


DIGESTS = [hashlib.sha256(b"%d" % n).hexdigest() for n in range(5000)]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt.gz", truncated_gzip("\n".join(DIGESTS).encode()), "damaged"),
        ("a.txt", b"one line\n" * 10_000 + b"\0\n", "binary"),
    ],
)
def test_rows_refuse_a_bad_end(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    text_files.check(path)
    with user_error(message):
        list(text_files.rows(path))


def test_identity_depends_on_name_and_content(tmp_path):
    path = write_file(tmp_path, "My tweets (é).tsv", b"one\n")
    digest = hashlib.sha256(b"one\n").hexdigest()
    assert text_files.sha256(path) == digest
    before = text_files.identity(path)
    assert re.fullmatch(r"file-My_tweets_-[0-9a-f]{8}", before, re.ASCII)
    # The ending says how to read it.
    other = path.rename(path.with_suffix(".txt"))
    assert text_files.identity(other) != before
    other.rename(path).write_bytes(b"two\n")
    assert text_files.identity(path) != before


@given(
    st.text("a\t\n\r\xe9", max_size=30),
    st.booleans(),
    st.lists(st.integers(1, 40), max_size=6),
)
def test_ranges_yield_each_line_once(tmp_path_factory, text, bom, cuts):
    path = tmp_path_factory.mktemp("ranges") / "a.tsv"
    path.write_bytes(b"\xef\xbb\xbf" * bom + text.encode())
    bounds = [0, *sorted(set(cuts)), None]
    parts = [
        row
        for start, end in itertools.pairwise(bounds)
        for row in text_files.rows(path, start, end)
    ]
    assert parts == list(text_files.rows(path))


def test_find_returns_the_files_of_a_pattern(tmp_path):
    for name in ("b.txt", "a.txt.gz", "c.tsv"):
        write_file(tmp_path, name, b"one\n")
    (tmp_path / "d.txt").mkdir()
    found = text_files.find(f"{tmp_path}/*.txt*")
    assert found == [f"{tmp_path}/a.txt.gz", f"{tmp_path}/b.txt"]
    text_files.check(f"{tmp_path}/*.txt*")
    write_file(tmp_path, "e.txt.csv", b"one\n")
    with user_error("e.txt.csv has an unknown ending"):
        text_files.check(f"{tmp_path}/*.txt*")


def test_existing_file_is_not_a_pattern(tmp_path):
    path = write_file(tmp_path, "a[1].txt", b"one\n")
    assert not file_system.is_pattern(str(path))
    assert file_system.is_pattern(f"{tmp_path}/[a-c]*.txt")
    assert file_system.is_pattern("gs://bucket/one.txt")


@given(
    st.text(st.sampled_from("ab[]*?~ é.-!"), min_size=1, max_size=8).filter(
        lambda name: name.strip(". ")
    ),
    st.text(st.sampled_from("a[]*?~1"), min_size=1, max_size=5),
)
def test_a_path_that_exists_is_that_file_alone(tmp_path_factory, name, folder):
    folder = tmp_path_factory.mktemp("names") / folder
    decoys = ["a.txt", "b.txt", "a1.txt", "ab.txt"]
    for each in (*decoys, f"{name}.txt"):
        write_file(folder, each, f"{each}\n".encode())
    path = f"{folder}/{name}.txt"
    assert text_files.find(path) == [path]
    assert not file_system.is_pattern(path)
    assert list(text_files.rows(path)) == [(b"", f"{name}.txt".encode())]
    # In such a folder patterns find its files, and only those.
    found = text_files.find(f"{folder}/*.txt")
    if name != "*":
        all_files = {f"{folder}/{each}" for each in decoys} | {path}
        assert {*found, path} == all_files
    missing = f"{folder}/missing.txt"
    assert not file_system.is_pattern(missing)
    with user_error("does not exist"):
        text_files.check(missing)


def test_absolute_keeps_addresses_and_completes_paths():
    assert file_system.absolute("gs://a/b*.txt") == "gs://a/b*.txt"
    assert file_system.absolute("a*.txt") == f"{os.getcwd()}/a*.txt"
    assert file_system.absolute("~/a") == os.path.expanduser("~/a")


def test_identity_of_a_pattern_depends_on_names_sizes_and_times(tmp_path):
    one = write_file(tmp_path, "tweets-1.txt", b"one\n")
    write_file(tmp_path, "tweets-2.txt", b"two\n")
    pattern = f"{tmp_path}/tweets-*.txt"
    before = text_files.identity(pattern)
    assert re.fullmatch(r"files-tweets-[0-9a-f]{8}", before)
    os.utime(one, (0, 0))
    after = text_files.identity(pattern)
    one.write_bytes(b"other size\n")
    os.utime(one, (0, 0))
    names = {before, after, text_files.identity(pattern)}
    assert len(names) == 3
