"""Subwords: against SentencePiece, a plain search, and what is lossless."""

import itertools
import random

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sentencepiece_model import pieces_of, processor

from pipelines.errors import UserError
from pipelines.tweets import grammar
from pipelines.vocabulary import (
    END,
    PAD,
    SubwordVocabulary,
    Vocabulary,
    character_counts,
    vocabulary_from_json,
)

ODD = [
    *("", " ", "   two   spaces ", "tab\tand\nnewline\r\n", "\x00\x01\x7f"),
    *(
        "naïve café 😀😀 👩‍👩‍👧 zzz",
        "\u2581 \u2581\u2581a",
        "<unk> <0x41> </s>",
    ),
    *(
        "日本語のテキスト",
        "aaaaaaaaaaaaaaaaaaaaa!!!!!!!!",
        "\ufffd",
        "\U0010ffff",
    ),
]

# It takes one character for a space, and ends texts at another.
FOR_SENTENCEPIECE = [text for text in ODD if not {"\u2581", "\0"} & set(text)]


def made_up(count, seed=0, damaged=0.4):
    """Returns tweets of the grammar, some of them damaged."""
    rng = random.Random(seed)
    texts = []
    for sample in grammar.sample(count, seed):
        text = sample.text
        if rng.random() < damaged:
            at = rng.randrange(len(text) + 1)
            odd = rng.choice(
                [*FOR_SENTENCEPIECE, "!!", "ha" * rng.randrange(9), "é"]
            )
            text = text[:at] + odd + text[at + rng.randrange(3) :]
        texts.append(text)
    return texts


# Outside of a graph, each op takes its time.
few = settings(max_examples=30)


@pytest.fixture(scope="module")
def vocabulary():
    """A vocabulary that cuts texts in one graph, traced once."""
    learned = SubwordVocabulary.learn(made_up(3000), 700)
    graph = tf.function(
        learned.tokenize, input_signature=[tf.TensorSpec([None], tf.string)]
    )
    learned.tokenize = lambda texts: graph(tf.convert_to_tensor(texts))
    return learned


@pytest.fixture(scope="module")
def tokenize(vocabulary):
    """Returns a function from texts to lists of tokens as bytes."""

    def run(texts):
        return [
            [vocabulary.token_texts[token] for token in row[:-1]]
            for row in vocabulary.tokenize(
                tf.constant(texts, tf.string)
            ).to_list()
        ]

    return run


def test_texts_are_cut_as_sentencepiece_cuts_them(vocabulary, tokenize):
    reference = processor(vocabulary)
    # Other texts than those of the learning.
    texts = made_up(10_000, seed=1)
    assert len(set(texts)) > 5_000
    for first in range(0, len(texts), 2_000):
        batch = texts[first : first + 2_000]
        expected = [pieces_of(reference, text) for text in batch]
        assert tokenize(batch) == expected
    assert vocabulary.size == 700


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0\u2581", codec="utf-8"))
        | st.sampled_from(FOR_SENTENCEPIECE),
        min_size=1,
    )
)
def test_any_text_is_cut_as_sentencepiece_cuts_it(vocabulary, tokenize, texts):
    reference = processor(vocabulary)
    assert tokenize(texts) == [pieces_of(reference, text) for text in texts]


def best_cut(text, pieces, unknown):
    """Returns the best tokens of a short text: all ways, one after another."""
    best = {0: (0, [])}
    for start in range(len(text)):
        if start not in best:
            continue
        score, cut = best[start]
        single = text[start] in pieces
        for end in range(start + 1, len(text) + 1):
            piece = text[start:end]
            if piece in pieces:
                new = score + pieces[piece], [*cut, piece.encode()]
            elif end == start + 1 and not single:
                values = [bytes([value]) for value in piece.encode()]
                new = score + unknown, cut + values
            else:
                continue
            if end not in best or new[0] > best[end][0]:
                best[end] = new
    return best[len(text)][1]


@few
@given(
    st.dictionaries(
        st.text("ab é", min_size=1, max_size=4), st.integers(-9000, -1)
    ),
    st.lists(st.text("ab éc", max_size=9), min_size=1, max_size=4),
)
@example({"ab": -5, "ba": -5, "a": -3, "b": -2}, ["ababab", "aab"])
def test_a_text_is_cut_at_the_best_places(pieces, texts):
    vocabulary = SubwordVocabulary(pieces)
    unknown = min(pieces.values(), default=0) - 40_960
    found = [
        [vocabulary.token_texts[token] for token in row]
        for row in vocabulary.tokenize(tf.constant(texts)).to_list()
    ]
    assert found == [[*best_cut(text, pieces, unknown), b""] for text in texts]


@few
@given(st.lists(st.text(max_size=40) | st.sampled_from(ODD), max_size=5))
def test_any_text_is_decoded_unchanged(vocabulary, texts):
    found = vocabulary.decode(vocabulary.encode(texts, 200)).numpy().tolist()
    assert found == [text.encode() for text in texts]


@few
@given(st.lists(st.binary(max_size=30), min_size=1, max_size=5))
def test_any_bytes_decode_to_valid_utf8(vocabulary, texts):
    rows = vocabulary.encode(texts, 40)
    for text, found in zip(texts, vocabulary.decode(rows).numpy(), strict=True):
        assert (
            found.decode()
            == tf.strings.unicode_transcode(
                text, "UTF-8", "UTF-8", errors="replace"
            )
            .numpy()
            .decode()
        )


MIXED = st.text(st.sampled_from("ab é日😀"), max_size=25)


LONG = st.text(st.sampled_from("ab é日😀"), min_size=1, max_size=20)


@few
@given(LONG, st.integers(0, 300), st.floats(0, 0.999), st.floats(0, 0.999))
def test_random_windows_of_long_texts(vocabulary, text, times, window, part):
    """They hold whole characters, and `END` only at the end of the text."""
    text, length = text * times, 9
    drawn = tf.constant([window], tf.float64), tf.constant([part], tf.float64)
    (row,) = vocabulary.random_windows([text], *drawn, length).numpy()
    found = b"".join(vocabulary.token_texts[token] for token in row).decode()
    assert found in text
    if END in row:
        assert text.endswith(found)
    elif len(text) > 40:
        assert np.count_nonzero(row) > length - 4


@few
@given(LONG, st.integers(0, 40), st.integers(4, 99))
def test_parts_are_the_whole_text(vocabulary, text, times, size):
    text *= times
    parts, go_on = vocabulary.parts(tf.constant(text), size)
    pieces = [part.decode() for part in parts.numpy()]
    assert "".join(pieces) == text
    assert go_on.numpy().tolist() == [True] * (len(pieces) - 1) + [False]
    rows = vocabulary.all_windows(parts, 9, go_on).numpy()
    assert np.count_nonzero(rows == END) == 1
    whole = b"".join(vocabulary.token_texts[token] for token in rows.ravel())
    assert whole.decode() == text


@few
@given(MIXED, st.integers(1, 12), st.data())
def test_windows_hold_whole_characters(vocabulary, text, length, data):
    rows = vocabulary.tokenize(tf.constant([text]))
    last = int(rows.row_lengths()[0]) - 1
    start = data.draw(st.integers(0, last))
    (row,) = vocabulary.encode_windows([text], [start], length).numpy()
    pieces = [vocabulary.token_texts[token] for token in row]
    # A window that is shorter than a character can be empty.
    content = b"".join(pieces).decode()
    assert content in text
    size = np.count_nonzero(row)
    assert size > length - 4 or END in row
    tokens = rows.to_list()[0]
    assert row[:size].tolist() in (
        tokens[at : at + size] for at in range(start - 3, start + 1) if at >= 0
    )


@few
@given(st.lists(MIXED, max_size=4), st.integers(8, 20))
def test_all_windows_hold_each_character_once(vocabulary, texts, length):
    rows = vocabulary.all_windows(tf.constant(texts, tf.string), length)
    contents = [
        b"".join(vocabulary.token_texts[token] for token in row).decode()
        for row in rows.numpy()
    ]
    assert "".join(contents) == "".join(texts)
    assert np.count_nonzero(rows == END) == len(texts)
    # One window for every `length` tokens, or three less.
    count = sum(map(int, vocabulary.count(tf.constant(texts, tf.string))))
    assert len(contents) <= count // (length - 3) + len(texts)


@few
@given(MIXED, st.integers(0, 3))
def test_a_text_that_fits_has_one_window(vocabulary, text, room):
    length = max(8, int(vocabulary.count([text])[0]) + room)
    rows = vocabulary.all_windows(tf.constant([text]), length)
    np.testing.assert_array_equal(rows, vocabulary.encode([text], length))


@few
@given(MIXED, st.integers(2, 12))
def test_truncated_texts_end_and_hold_whole_characters(
    vocabulary, text, length
):
    (row,) = vocabulary.encode([text], length).numpy()
    assert np.count_nonzero(row == END) == 1
    (found,) = vocabulary.decode([row]).numpy()
    assert text.startswith(found.decode())
    count = int(vocabulary.count(tf.constant([text]))[0])
    assert (found.decode() == text) == (count <= length)
    window = vocabulary.encode_windows([text], [0], length)
    assert bool(vocabulary.is_cut([text], window)[0]) == (count - 1 > length)


@few
@given(st.lists(st.text(max_size=20), min_size=1))
def test_characters_are_those_of_the_text(vocabulary, texts):
    rows = vocabulary.encode(texts, 100)
    counts = character_counts(rows, vocabulary.characters_per_token)
    assert counts.numpy().tolist() == [len(t.encode()) + 1 for t in texts]
    assert Vocabulary().characters_per_token is None


def test_a_word_is_cut_alike_in_any_text(vocabulary, tokenize):
    words = " aaaa haha hahaha!!!! zzz"
    (alone,) = tokenize([words])
    (after,) = tokenize(["it is so" * 500 + words])
    assert after[-len(alone) :] == alone


def test_a_huge_word_is_cut(vocabulary, tokenize):
    text = "ha" * 20_000
    (tokens,) = tokenize([text])
    assert b"".join(tokens).decode() == text
    start = vocabulary.encode([text], 5).numpy().tolist()
    assert start == vocabulary.encode([text[:500]], 5).numpy().tolist()


def test_learning_is_repeatable_and_saves_tokens(vocabulary):
    texts = made_up(3000)
    again = SubwordVocabulary.learn(iter(texts), 700)
    assert again == vocabulary
    assert hash(again) == hash(vocabulary)
    unseen = tf.constant(made_up(500, seed=7, damaged=0))
    pieces = np.sum(vocabulary.count(unseen))
    assert pieces < np.sum(Vocabulary().count(unseen)) / 2


@pytest.mark.parametrize("texts", [["a"], ["hi there"] * 3, [b"\xff\xfe", "é"]])
def test_few_texts_give_few_subwords(texts):
    vocabulary = SubwordVocabulary.learn(texts, 5_000)
    assert 259 <= vocabulary.size < 300
    valid = [text for text in texts if isinstance(text, str)]
    found = vocabulary.decode(vocabulary.encode(valid, 20)).numpy()
    assert [text.decode() for text in found] == valid


@pytest.mark.parametrize("texts", [[], [""], ["\0"]])
def test_nothing_cannot_be_learned_from(texts):
    with pytest.raises(UserError, match="give more texts"):
        SubwordVocabulary.learn(texts, 300)


@pytest.mark.parametrize("size", [0, 259, 10**6])
def test_impossible_sizes_are_refused(size):
    with pytest.raises(UserError, match="`vocabulary_size`"):
        SubwordVocabulary.learn(["text"], size)


@pytest.mark.parametrize(
    ("pieces", "problem"),
    [({"": -1}, "bytes"), ({"a" * 64: -1}, "bytes"), ({"a": 0.5}, "integer")],
)
def test_impossible_pieces_are_refused(pieces, problem):
    with pytest.raises(ValueError, match=problem):
        SubwordVocabulary(pieces)


def test_json_restores_either_vocabulary(vocabulary):
    for each in (vocabulary, Vocabulary(b"abc"), SubwordVocabulary({})):
        assert vocabulary_from_json(each.to_json()) == each
    assert vocabulary != Vocabulary()


@pytest.mark.parametrize(
    "text", ["{}", '{"pieces": 3}', '{"pieces": {"a": "b"}}', "[", "[]"]
)
def test_damaged_json_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        vocabulary_from_json(text)


def test_it_needs_only_core_ops(vocabulary):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def in_graph(texts):
        return vocabulary.decode(vocabulary.encode(texts, 9))

    graph = in_graph.get_concrete_function().graph.as_graph_def()
    functions = itertools.chain(
        graph.node, *(f.node_def for f in graph.library.function)
    )
    ops = {node.op for node in functions}
    for word in ("PyFunc", "HashTable", "Sentencepiece", "Xla"):
        assert not any(word in op for op in ops), word
    assert in_graph(tf.constant(["so", ""])).numpy().tolist() == [b"so", b""]


def test_it_works_in_tf_data(vocabulary):
    texts = tf.data.Dataset.from_tensor_slices(["so happy", "", "é"]).batch(2)
    rows = list(texts.map(lambda batch: vocabulary.encode(batch, 12)))
    found = [text for row in rows for text in vocabulary.decode(row).numpy()]
    assert found == [b"so happy", b"", "é".encode()]
    assert np.count_nonzero(rows[0] == PAD)
