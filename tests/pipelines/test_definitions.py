"""The glosses that the package has."""

from collections import Counter

from pipelines.definitions.definitions_dataset_builder import Builder
from pipelines.files import text_files


def test_the_glosses_are_those_of_wordnet():
    rows = list(text_files.rows(Builder.FILE))
    categories = Counter(label.decode() for label, _ in rows)
    # The synsets of WordNet 3.0, and its lexicographer files, as in wnstats(7)
    # and lexnames(5).
    parts = Counter()
    for category, count in categories.items():
        parts[category.partition(".")[0]] += count
    assert parts == {"noun": 82115, "verb": 13767, "adj": 18156, "adv": 3621}
    assert len(categories) == 45
    entity = b"that which is perceived or known or inferred to have its own "
    entity += b"distinct existence (living or nonliving)"
    assert rows[0] == (b"noun.Tops", entity)
    assert (b"noun.animal", b"tench") in rows
    assert all(text == text.strip() != b"" for _, text in rows)


def test_the_licence_goes_with_them():
    licence = (Builder.FILE.parent / "LICENSE").read_text()
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in licence
