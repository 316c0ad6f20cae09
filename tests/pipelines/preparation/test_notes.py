"""Mistakes in a user's file are named once, when it is prepared."""

import pytest
from corpus_helpers import write_file

from pipelines.load import load
from pipelines.preparation import notes

ROWS = b"".join(b"bad\ttext %d\ngood\tother %d\n" % (n, n) for n in range(20))


@pytest.mark.parametrize("dataset", ["lines", "tweets"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ROWS, ["labels: bad 20, good 20"]),
        (ROWS + b"odd\tone\n", ["labels of fewer than 5 texts: odd"]),
        (ROWS + b"no label\n", ["without a label 1"]),
        (b"Label\tText\n" + ROWS, ["names of columns"]),
        (ROWS + b'good\t"one\nother\tline"\n"x\ty\n', ["unpaired quote"]),
        (ROWS + b"good\tone\rtwo\n", ["1 texts have a carriage return"]),
        (b"".join(b"text %d\n" % n for n in range(30)), []),
    ],
)
def test_notes_about_a_file(dataset, data, words, tmp_path, capsys):
    path = write_file(tmp_path, "mine.tsv", data)
    for time in range(2):
        load(dataset, data_file=str(path), data_dir=str(tmp_path / "data"))
        printed = capsys.readouterr().err
        assert ("note: " in printed) == bool(words and time == 0)
        for word in words:
            assert (word in printed) == (time == 0)


def test_notes_on_a_part_of_the_texts_say_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(notes, "ROWS", 3)
    path = write_file(tmp_path, "mine.tsv", ROWS)
    load("lines", data_file=str(path), data_dir=str(tmp_path / "data"))
    assert "what follows is about 7 of 40 texts" in capsys.readouterr().err


def test_texts_that_are_not_the_users_have_no_notes(tmp_path, capsys):
    load("tweets/synthetic", texts=20, data_dir=str(tmp_path))
    assert "note: " not in capsys.readouterr().err
