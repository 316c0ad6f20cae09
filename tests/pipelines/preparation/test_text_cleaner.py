import pytest

from pipelines.preparation import text_cleaner
from pipelines.preparation.normalization import normalize_tweets, normalize_utf8
from pipelines.preparation.text_cleaner import Text, TextCleaner


def test_cleaner_normalizes_filters_and_counts():
    cleaner = TextCleaner(normalize_tweets, longest=10)
    rows = [
        (b"a", b"@somebody"),
        (b"", b" "),
        (b"", b""),
        (b"b", b"bad \xff"),
        (b"", b"too long now"),
        (b"", b"http://" + b"x" * 50),
        (b"", b"ten bytes."),
        (b"", b"@a @b"),
    ]
    assert list(cleaner(rows)) == [
        Text(b"a", b"@userid"),
        Text(b"b", b"bad \xff"),
        Text(b"", b"url"),
        Text(b"", b"ten bytes."),
    ]
    # The last row exceeds the limit only after normalization.
    assert cleaner.counts == dict(
        read=8, kept=4, empty=2, too_long=2, invalid_utf8=1
    )


@pytest.mark.parametrize("count", [0, 1, 4095, 4096, 4097, 9000])
def test_cleaner_takes_any_number_of_rows(count):
    cleaner = TextCleaner(normalize_utf8)
    rows = ((b"", b"%d" % number) for number in range(count))
    texts = [row.text for row in cleaner(rows)]
    assert texts == [b"%d" % number for number in range(count)]
    assert cleaner.counts["read"] == cleaner.counts["kept"] == count


def test_cleaner_reads_rows_lazily():
    read = []

    def rows():
        for number in range(100_000):
            read.append(number)
            yield b"", b"text"

    next(TextCleaner(normalize_utf8)(rows()))
    assert len(read) < 10_000


def test_cleaner_holds_few_long_rows(monkeypatch):
    monkeypatch.setattr(text_cleaner, "_BATCH_BYTES", 1_000)
    rows = [(b"", b"%03d" % number * 100) for number in range(50)]
    left = iter(rows)
    cleaned = TextCleaner(normalize_utf8)(left)
    first = next(cleaned)
    assert len(list(left)) == 46
    assert [first.text, *(row.text for row in cleaned)] == [
        text for _, text in rows[:4]
    ]
