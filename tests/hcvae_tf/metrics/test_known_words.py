from hypothesis import given
from hypothesis import strategies as st

from hcvae_tf.metrics.known_words import known_words, words


def test_words_are_letters_with_apostrophes():
    found = words("Don't @user_1 stop2go it\u2019s 42, caf\u00e9! '")
    assert found == ["don't", "user", "stop", "go", "it\u2019s", "caf\u00e9"]


def test_the_share_counts_each_word_as_often_as_it_is_written():
    texts = ["the cat the dog", "The xyzzy"]
    assert known_words(texts, ["the dog barks", "no"]) == 4 / 6
    assert known_words(["1 2 3"], ["one"]) == 0


LISTS = st.lists(st.text("ab '", max_size=9), max_size=5)


@given(LISTS, LISTS)
def test_it_equals_plain_counting(texts, others):
    seen = {word for text in others for word in words(text)}
    written = words(" ".join(texts))
    expected = [word in seen for word in written]
    share = sum(expected) / len(expected) if expected else 0
    assert known_words(texts, others) == share
