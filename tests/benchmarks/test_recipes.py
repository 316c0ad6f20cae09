"""Records of trainings, and the fifty texts that models write again."""

import json

from shared import call, refuses

from benchmarks.reconstructions import TOPICS, counts

TEXTS = [text for _, group in TOPICS.values() for text in group]


def test_a_text_keeps_its_own_topic_and_words():
    assert len(TEXTS) == 50
    assert counts(TEXTS) == (50, 50)
    assert counts([""] * 50) == (0, 0)


def test_other_words_of_a_topic_keep_it():
    birthday = TEXTS.index("It's my birthday tomorrow")
    written = ["" if n != birthday else "a big party" for n in range(50)]
    assert counts(written) == (1, 0)


def test_records_become_a_table_and_a_chart(tmp_path, capfd):
    records = {
        "hybrid": {
            **{"bits_per_char": 2.1, "kl": 10.0, "steps": 4_000},
            "place_width": 10,
            "reconstruction_by_place": [1.5, None, 2.0],
            "yardstick_by_place": [1.75, 2.0],
        },
        "lm": {"bits_per_char": 2.0, "kl": 0.0, "steps": 5_000},
    }
    for name, record in records.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(record))
    chart = tmp_path / "recipes.svg"
    result = call(capfd, "benchmarks.recipes", tmp_path, "--to", chart)
    assert result.status == 0, result.err
    assert "| hybrid | 4,000 | 2.100 | 10.0 | - | - |" in result.out
    assert "| lm | 5,000 | 2.000 | - | - | - |" in result.out
    assert chart.read_text().startswith("<?xml")
    empty = tmp_path / "empty"
    empty.mkdir()
    command = ("benchmarks.recipes", empty, "--to", chart)
    refuses(call(capfd, *command), "has no records")
    for text in ('{"steps": 3}', "{", "[]"):
        (empty / "other.json").write_text(text)
        refuses(call(capfd, *command), "other.json is not a record")
