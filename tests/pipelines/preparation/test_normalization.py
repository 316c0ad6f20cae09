import re

import pytest
import tensorflow as tf
from corpus_helpers import compose
from hypothesis import given
from hypothesis import strategies as st

from pipelines.preparation import normalization

WORDS = st.one_of(
    st.sampled_from(
        [b"@", b"@ann", b"a@b", b"http://", b"https://x.y/z", b"http:/x"]
    ),
    st.sampled_from([b" ", b"  ", b"\t", b"\r\n", b"\v", b"\f", b"\xa0"]),
    st.binary(max_size=3),
)
TWEETS = st.lists(WORDS, max_size=12).map(b"".join)
BYTES = st.one_of(st.binary(), st.text().map(str.encode))


def normalize_words(text):
    """Applies the same rules word by word in plain Python."""
    pieces = re.split(rb"([ \t\n\v\f\r]+)", text)
    return b"".join(
        b"url"
        if piece.startswith((b"http://", b"https://"))
        else b"@userid"
        if piece.startswith(b"@")
        else piece
        for piece in pieces
    )


def is_utf8(text):
    return text.decode(errors="ignore").encode() == text


@given(st.lists(TWEETS, min_size=1, max_size=8))
def test_normalize_tweets_equals_plain_python(texts):
    found = normalization.normalize_tweets(tf.constant(texts)).numpy().tolist()
    assert found == [normalize_words(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@ann @bob @cid hi", "@userid @userid @userid hi"),
        ("see http://a.b/c?d=e&f#@g now", "see url now"),
        ("https://a", "url"),
        ("mail me@home.org, HTTP://A", "mail me@home.org, HTTP://A"),
        (".@ann  two  spaces ", ".@ann  two  spaces "),
        ("@é\U0001f600", "@userid"),
        ("", ""),
    ],
)
def test_normalize_tweets(text, expected):
    assert normalization.normalize_tweets(text).numpy().decode() == expected


@given(st.lists(BYTES, min_size=1, max_size=8))
def test_normalize_utf8_equals_python(texts):
    found = normalization.normalize_utf8(tf.constant(texts)).numpy().tolist()
    assert found == [compose(text) for text in texts]


def test_normalize_utf8_composes():
    found = normalization.normalize_utf8(tf.constant(["e\u0301"])).numpy()
    assert found.tolist() == ["é".encode()]


@given(st.lists(BYTES, min_size=1, max_size=8))
def test_is_valid_utf8_equals_python(texts):
    found = normalization.is_valid_utf8(tf.constant(texts)).numpy().tolist()
    assert found == [is_utf8(text) for text in texts]


def test_normalize_tweets_in_tf_data():
    texts = tf.data.Dataset.from_tensors(["@a", b"\xff http://b"])
    found = next(iter(texts.map(normalization.normalize_tweets))).numpy()
    assert found.tolist() == [b"@userid", b"\xff url"]
