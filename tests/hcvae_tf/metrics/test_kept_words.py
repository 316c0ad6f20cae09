"""Words that reconstructions keep."""

from hypothesis import given
from hypothesis import strategies as st

from hcvae_tf.metrics.kept_words import common_words, kept_words

TEXTS = st.lists(st.text("ab cd'", max_size=20), min_size=1)


def test_only_rare_words_count_as_content():
    common = common_words(["the cat", "The dog", "the the of", "of"], 2)
    assert common == {"the", "of"}
    found = kept_words(
        ["The cat of the dog", "a bird"],
        ["the dog, THE cow", "nothing"],
        common,
    )
    # Kept are the, the and dog of seven words; dog of cat, dog, a and bird.
    assert found == {"kept_words": 3 / 7, "kept_rare_words": 1 / 4}


@given(TEXTS)
def test_a_copy_keeps_all_and_an_empty_text_nothing(texts):
    any_words = bool(common_words(texts))
    assert kept_words(texts, texts, set())["kept_words"] == any_words
    assert kept_words(texts, [""] * len(texts), set())["kept_rare_words"] == 0
