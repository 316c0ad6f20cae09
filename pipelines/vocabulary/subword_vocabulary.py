"""The vocabulary of subwords: pieces of words that occur often."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Self

import tensorflow as tf

from pipelines.checks import require_subwords
from pipelines.json_object import json_object
from pipelines.vocabulary.base_vocabulary import BaseVocabulary, byte_values
from pipelines.vocabulary.best_path import (
    MOST_BYTES,
    best_path,
    character_bytes,
)
from pipelines.vocabulary.learn_pieces import learn_pieces
from pipelines.vocabulary.piece_trie import PieceTrie
from pipelines.vocabulary.special_ids import END, FIRST_ID
from pipelines.vocabulary.window_starts import window_starts

# SentencePiece's distance, in nats, of an unknown character to the rarest
# piece.
_UNKNOWN_PENALTY = 10
_SCORES_PER_NAT = 4096
# Probability of a piece that has half the weight of the rarest ones.
_RARE = 1e-3
# Bytes of a long text from which a random window is taken.
_LEAST_PART = 1 << 10
_BYTES_PER_TOKEN = 16


class SubwordVocabulary(BaseVocabulary):
    """Maps pieces of words to ids and back; see `BaseVocabulary`.

    A text is cut into the pieces with the largest sum of log-probabilities.
    The first ids are those of all 256 bytes, so any text can be encoded: a
    character that is no piece itself is written as its bytes. A piece may
    begin with a space. Nothing is normalised: the decoded text is the text,
    if it is valid UTF-8.

    Args:
        pieces: score of each piece, an integer: its log-probability in
            1/4096 nats.

    Raises:
        ValueError: if a piece is empty or too long, or a score is no integer.

    Example:
        >>> pieces = {"ab": -4096, "a": -8192, "b": -8192}
        >>> vocabulary = SubwordVocabulary(pieces)
        >>> vocabulary.encode(["abba"], 5)  # [[259, 101, 100, 2, 0]]

    Reference:
        [Kudo, 2018](https://arxiv.org/abs/1804.10959)
    """

    def __init__(self, pieces: Mapping[str, int]):
        for piece, score in pieces.items():
            if not 1 <= len(piece.encode()) <= MOST_BYTES:
                raise ValueError(
                    f"a piece must have 1 to {MOST_BYTES} bytes, not {piece!r}"
                )
            if type(score) is not int:
                raise ValueError(f"a score must be an integer, not {score!r}")
        self.pieces = dict(pieces)
        texts = [bytes([value]) for value in range(256)]
        longer = [piece.encode() for piece in pieces if len(piece.encode()) > 1]
        super().__init__(texts + longer)
        ids = {text: FIRST_ID + i for i, text in enumerate(texts + longer)}
        scores = {text.encode(): score for text, score in pieces.items()}
        self._scores = [0] * self.size
        for text, score in scores.items():
            self._scores[ids[text]] = score
        self._unknown_score = (
            min(scores.values(), default=0) - _UNKNOWN_PENALTY * _SCORES_PER_NAT
        )
        # Columns for an unknown character of four bytes, too.
        self._trie = PieceTrie({text: ids[text] for text in scores}, 4)

    @classmethod
    def learn(cls, texts: Iterable[str | bytes], size: int) -> Self:
        """Learns the pieces with which texts are cut into the fewest nats.

        Equal texts in equal order give the same vocabulary.

        Args:
            texts: the texts, each str or UTF-8.
            size: ids that can be predicted, with the 256 bytes and three
                special ids. Small or uniform texts may give fewer.

        Raises:
            UserError: a `ValueError`, if the size has no room for pieces, or
                the texts are empty.
        """
        require_subwords(size)
        pieces = learn_pieces(texts, size - FIRST_ID - 256)
        return cls(
            {
                piece: round(score * _SCORES_PER_NAT)
                for piece, score in pieces.items()
            }
        )

    @property
    def token_weights(self) -> tuple[float, ...] | None:
        """Weights that fall with the frequency of a piece of two or more bytes.

        They are a / (a + p) for a piece of probability p, and 0 for bytes and
        special ids.

        Reference:
            [Arora et al., 2017](https://openreview.net/forum?id=SyK00v5xx)
        """
        first = FIRST_ID + 256
        probabilities = (
            math.exp(score / _SCORES_PER_NAT) for score in self._scores[first:]
        )
        return (
            *(0.0 for _ in range(first)),
            *(_RARE / (_RARE + p) for p in probabilities),
        )

    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """See base class."""
        # Many small ops on strings and integers.
        with tf.device("CPU"):
            rows = byte_values(texts)
            values = rows.flat_values
            begins, ids = best_path(
                values,
                self._trie.matches(values),
                tf.constant(self._scores, tf.int64),
                self._unknown_score,
            )
            # In an unknown character each byte is a token.
            byte_ids = tf.concat([tf.range(256) + FIRST_ID, [END]], axis=0)
            ids = tf.where(ids == 0, tf.gather(byte_ids, values), ids)
            kept = begins | (ids < FIRST_ID + 256)
            counts = rows.with_flat_values(tf.cast(kept, tf.int64))
            return tf.RaggedTensor.from_row_lengths(
                tf.boolean_mask(ids, kept),
                tf.reduce_sum(counts, axis=1),
                validate=False,
            )

    def random_windows(
        self, texts: tf.Tensor, window: tf.Tensor, part: tf.Tensor, length: int
    ) -> tf.Tensor:
        """See base class; of a long text it cuts only a part into tokens."""
        most = max(_LEAST_PART, _BYTES_PER_TOKEN * length)
        whole = tf.strings.length(texts)
        starts = tf.cast(window_starts(part, whole, most), tf.int32)
        starts = self._first_bytes(texts, starts)
        ends = self._first_bytes(texts, tf.minimum(starts + most, whole))
        rows = self.tokenize(tf.strings.substr(texts, starts, ends - starts))
        # A part that is not the last has no end of a text.
        sizes = rows.row_lengths() - tf.cast(ends < whole, tf.int64)
        first = window_starts(window, sizes, length)
        return self._slices(rows, rows.row_starts(), first, sizes, length)

    def _first_bytes(self, texts, positions):
        back, inside = tf.zeros_like(positions), tf.ones_like(positions)
        for distance in range(3):
            at = tf.maximum(positions - distance, 0)
            byte = tf.strings.substr(texts, at, tf.ones_like(at))
            value = tf.io.decode_raw(byte, tf.uint8, fixed_length=1)[:, 0]
            inside *= tf.cast(value // 64 == 2, positions.dtype)
            back += inside
        return tf.maximum(positions - back, 0)

    def _within_character(self, rows):
        ids = rows.flat_values
        values = ids - FIRST_ID
        is_byte = (values >= 0) & (values < 256)
        values = tf.where(is_byte, values, 0)
        sizes = character_bytes(values)
        inner = tf.where(values // 64 == 2, 1, 0)
        within, run = tf.zeros_like(ids), tf.ones_like(ids)
        for back in range(1, 4):
            # All from the first byte of a character on are in it.
            run *= tf.pad(inner, [[back - 1, 0]])[: tf.size(ids)]
            first = tf.pad(sizes, [[back, 0]])[: tf.size(ids)] > back
            within += tf.where(first, back * run, 0)
        return tf.cast(tf.pad(within, [[0, 1]]), tf.int64)

    def to_json(self) -> str:
        """See base class."""
        return json.dumps({"pieces": self.pieces}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """See base class."""
        pieces = json_object(text).get("pieces")
        if not isinstance(pieces, dict):
            raise ValueError("it has no pieces")
        return cls(pieces)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SubwordVocabulary):
            return NotImplemented
        return list(self.pieces.items()) == list(other.pieces.items())

    def __hash__(self) -> int:
        return hash(tuple(self.pieces.items()))

    def __repr__(self) -> str:
        return f"SubwordVocabulary with {self.size} ids"
