import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from pipelines.vocabulary import END, PAD, UNK, Vocabulary

BYTES = Vocabulary()
SMALL = Vocabulary(b" abc")


def round_trip(vocabulary, texts, length):
    return vocabulary.decode(vocabulary.encode(texts, length)).numpy().tolist()


def test_sizes_and_special_tokens():
    assert (BYTES.size, BYTES.start) == (259, 259)
    assert (BYTES.dropped, BYTES.input_size) == (260, 261)
    assert SMALL.size == 7


@pytest.mark.parametrize("characters", [b"ba", b"aa"])
def test_characters_must_be_sorted_and_unique(characters):
    with pytest.raises(ValueError, match="sorted"):
        Vocabulary(characters)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_is_decoded_unchanged(texts):
    assert round_trip(BYTES, texts, 121) == [text.encode() for text in texts]


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=5))
def test_any_bytes_decode_to_valid_utf8(texts):
    for text, found in zip(texts, round_trip(BYTES, texts, 31), strict=True):
        found.decode()
        if b"\xff" in text:
            assert "\ufffd".encode() in found


@given(st.lists(st.lists(st.integers(0, 260), min_size=9, max_size=9)))
def test_any_tokens_decode_to_valid_utf8(ids):
    texts = BYTES.decode(tf.reshape(tf.constant(ids, tf.int32), (-1, 9)))
    for text in texts.numpy():
        text.decode()


@given(st.lists(st.binary(max_size=12), min_size=1), st.integers(1, 10))
def test_encode_equals_plain_python(texts, length):
    known = {value: index + 3 for index, value in enumerate(b" abc")}
    expected = []
    for text in texts:
        row = [known.get(value, UNK) for value in text[: length - 1]] + [END]
        expected.append(row + [PAD] * (length - len(row)))
    found = SMALL.encode(texts, length)
    assert found.dtype == tf.int32
    assert found.numpy().tolist() == expected


def test_long_text_is_cut_and_ended():
    ids = SMALL.encode(["abcabc"], 4).numpy().tolist()
    assert ids == [[4, 5, 6, END]]


@given(st.binary(max_size=9), st.integers(1, 6), st.data())
def test_encode_windows_equals_plain_python(text, length, data):
    start = data.draw(st.integers(0, len(text)))
    ids = [value + 3 for value in text] + [END] + [PAD] * length
    found = BYTES.encode_windows([text], tf.constant([start]), length)
    assert found.numpy().tolist() == [ids[start : start + length]]


@given(st.lists(st.binary(max_size=20), max_size=3), st.integers(1, 8))
def test_all_windows_have_all_tokens(texts, length):
    expected = []
    for text in texts:
        ids = [value + 3 for value in text] + [END]
        ids += [PAD] * (-len(ids) % length)
        expected += np.reshape(ids, (-1, length)).tolist()
    found = BYTES.all_windows(tf.constant(texts, tf.string), length)
    assert found.numpy().tolist() == expected


def test_unknown_characters_become_replacement_characters():
    assert round_trip(SMALL, ["abz c"], 9) == ["ab\ufffd c".encode()]


def test_decode_stops_at_end_or_pad():
    ids = [[4, END, 5, 6], [4, PAD, 5, 6], [END, 4, 4, 4], [4, 5, 6, 4]]
    found = SMALL.decode(ids).numpy().tolist()
    assert found == [b"a", b"a", b"", b"abca"]


def test_lookup_returns_a_token_per_byte():
    found = SMALL.lookup(b"ab\nc")
    assert found.dtype == tf.int32
    assert found.numpy().tolist() == [4, 5, UNK, 6]


def test_vocabulary_works_in_a_tf_function():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def in_graph(texts):
        return SMALL.decode(SMALL.encode(texts, 5))

    assert in_graph(tf.constant(["abc", ""])).numpy().tolist() == [b"abc", b""]
    graph = in_graph.get_concrete_function().graph.as_graph_def()
    operations = {node.op for node in graph.node}
    assert not operations & {"PyFunc", "EagerPyFunc", "HashTableV2"}


def test_encode_works_in_tf_data():
    texts = tf.data.Dataset.from_tensors(["ab", "c"])
    ids = next(iter(texts.map(lambda t: SMALL.encode(t, 3))))
    assert ids.numpy().tolist() == [[4, 5, END], [6, END, PAD]]


@pytest.mark.parametrize("vocabulary", [BYTES, SMALL, Vocabulary(b"")])
def test_json_restores_the_vocabulary(vocabulary):
    assert Vocabulary.from_json(vocabulary.to_json()) == vocabulary


def test_vocabularies_are_compared_by_value():
    assert Vocabulary(b" abc") == SMALL
    assert hash(Vocabulary(b" abc")) == hash(SMALL)
    assert SMALL != BYTES
    assert SMALL != b" abc"
