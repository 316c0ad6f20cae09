"""What both vocabularies have in common."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

import tensorflow as tf

from pipelines.vocabulary.special_ids import (
    END,
    FIRST_ID,
    PAD,
    character_counts,
    dropped_id,
    ends_text,
    start_id,
    token_counts,
)
from pipelines.vocabulary.window_starts import window_starts

TERMINATOR = 256
"""The value after the bytes of each text in `byte_values`."""

_REPLACEMENT = "\ufffd".encode()


class BaseVocabulary(ABC):
    """Maps texts to ids and back, inside or outside a TensorFlow graph.

    Ids 0, 1 and 2 are `PAD`, `UNK` and `END`; the tokens that have a text
    follow. Two more ids, `start` and `dropped`, are only inputs of a decoder
    and are never predicted. All maps are made of core ops and constants, so
    an exported model needs no lookup table.

    A subclass has `tokenize`, `to_json` and `from_json`.

    Args:
        token_texts: the text of each token from the first id on.
    """

    def __init__(self, token_texts: Sequence[bytes]):
        # `PAD`, `END`, `start` and `dropped` have no text.
        self.token_texts = [
            b"",
            _REPLACEMENT,
            b"",
            *token_texts,
            b"",
            b"",
        ]
        self._most_bytes = max(map(len, token_texts), default=1)

    @property
    def size(self) -> int:
        """Number of classes a decoder predicts."""
        return len(self.token_texts) - 2

    @property
    def start(self) -> int:
        """Input id before the first token."""
        return start_id(self.size)

    @property
    def dropped(self) -> int:
        """Input id that replaces a dropped token."""
        return dropped_id(self.size)

    @property
    def input_size(self) -> int:
        """Number of input ids of a decoder."""
        return self.size + 2

    @property
    def characters_per_token(self) -> tuple[int, ...] | None:
        """Characters of each id that can be predicted; `END` counts as one.

        None if all but `PAD` have one.
        """
        texts = self.token_texts[FIRST_ID : self.size]
        sizes = (0, 1, 1, *map(len, texts))
        return None if self._most_bytes == 1 else sizes

    @property
    def token_weights(self) -> tuple[float, ...] | None:
        """How much each id that can be predicted says about a text, 0 to 1.

        None if no id says anything: characters do not.
        """
        return None

    @abstractmethod
    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """Returns all tokens of each text, the last of them `END`.

        Args:
            texts: string tensor of shape `(batch,)`.

        Returns:
            int32 ragged tensor of shape `(batch, None)`.
        """

    @abstractmethod
    def to_json(self) -> str:
        """Returns the vocabulary as JSON text."""

    @classmethod
    @abstractmethod
    def from_json(cls, text: str) -> Self:
        """Returns the vocabulary that `to_json` wrote.

        Raises:
            ValueError: if the text is something else.
        """

    def encode(self, texts: tf.Tensor | Sequence, length: int) -> tf.Tensor:
        """Encodes texts as rows of equal length.

        Each row has the text's tokens, one `END`, then `PAD`. A text of more
        than `length - 1` tokens is truncated.

        Args:
            texts: string tensor of shape `(batch,)`, or a list of str or
                bytes.
            length: tokens per row, `END` included; at least 1.

        Returns:
            int32 tensor of shape `(batch, length)`.
        """
        rows = self.tokenize(self._beginnings(texts, length))
        ends = tf.minimum(rows.row_lengths(), length) - 1
        tokens = self._slices(
            rows, rows.row_starts(), tf.zeros_like(ends), ends, length
        )
        at_end = (
            tf.range(length, dtype=tf.int64)
            == token_counts(tokens)[:, tf.newaxis]
        )
        return tf.where(at_end, END, tokens)

    def encode_windows(
        self, texts: tf.Tensor | Sequence, starts: tf.Tensor, length: int
    ) -> tf.Tensor:
        """Encodes one window of each text with its `END`.

        It holds whole characters: it begins earlier or ends with `PAD`.

        Args:
            texts: string tensor of shape `(batch,)`, or a list of str or
                bytes.
            starts: integer tensor of shape `(batch,)`, the first token of
                each window, from 0 to that of `END`.
            length: tokens per window.

        Returns:
            int32 tensor of shape `(batch, length)`, with `PAD` after `END`.
        """
        starts = tf.cast(starts, tf.int64)
        needed = length + tf.cast(tf.reduce_max(starts, axis=0), tf.int32)
        rows = self.tokenize(self._beginnings(texts, needed))
        ends = rows.row_lengths()
        return self._slices(rows, rows.row_starts(), starts, ends, length)

    def random_windows(
        self, texts: tf.Tensor, window: tf.Tensor, part: tf.Tensor, length: int
    ) -> tf.Tensor:
        """Encodes a random window of each text.

        Args:
            texts: string tensor of shape `(batch,)`.
            window: float64 tensor of shape `(batch,)`, in [0, 1): which of the
                windows.
            part: float64 tensor of shape `(batch,)`, in [0, 1): in which part
                of a text that is not looked at as a whole.
            length: tokens per window.

        Returns:
            int32 tensor of shape `(batch, length)`, with `PAD` after `END`.
        """
        starts = window_starts(window, self.count(texts), length)
        return self.encode_windows(texts, starts, length)

    def all_windows(
        self, texts: tf.Tensor, length: int, go_on: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Cuts texts of any length into windows with all of their tokens.

        Args:
            texts: string tensor of shape `(batch,)`.
            length: tokens per window.
            go_on: bool tensor of shape `(batch,)`, which of the texts have no
                end because another part follows; None for none.

        Returns:
            int32 tensor of shape `(windows, length)`: those of each text in
            order, the last of them padded.
        """
        rows = self.tokenize(texts)
        sizes = rows.row_lengths()
        if go_on is not None:
            sizes -= tf.cast(go_on, tf.int64)
        # Windows that begin earlier must have room for what they end with.
        inner = rows.with_flat_values(self._within_character(rows)[:-1])
        is_split = (tf.reduce_max(inner, axis=1) > 0) & (sizes > length)
        stride = tf.where(is_split, max(1, length - 3), length)
        stride = tf.cast(stride, tf.int64)
        numbers = tf.ragged.range(-(-sizes // stride))
        owners = numbers.value_rowids()
        stride = tf.gather(stride, owners)
        starts = numbers.flat_values * stride
        ends = tf.minimum(starts + stride, tf.gather(sizes, owners))
        first = tf.gather(rows.row_starts(), owners)
        return self._slices(rows, first, starts, ends, length)

    def parts(self, text: tf.Tensor, size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Cuts one text of any length into parts.

        Args:
            text: scalar string tensor.
            size: bytes of a part.

        Returns:
            string tensor of shape `(parts,)`, and for each whether another
            follows.
        """
        # A text may end with an empty part, which has its `END`.
        whole = tf.strings.length(text)
        starts = self._first_bytes(text, tf.range(0, whole + 1, size))
        ends = tf.concat([starts[1:], [whole]], axis=0)
        # Copies of a huge text would fill the memory: it is broadcast instead.
        parts = tf.strings.substr(text, starts, ends - starts)
        return parts, tf.range(tf.size(starts)) < tf.size(starts) - 1

    def lookup(self, text: tf.Tensor | str | bytes) -> tf.Tensor:
        """Encodes one text without `END`.

        Args:
            text: scalar string tensor, str or bytes.

        Returns:
            int32 tensor of shape `(number of tokens,)`.
        """
        return self.tokenize(to_strings(text)[tf.newaxis]).flat_values[:-1]

    def count(self, texts: tf.Tensor) -> tf.Tensor:
        """Returns the number of tokens of each text, `END` included.

        Args:
            texts: string tensor of shape `(batch,)`.

        Returns:
            int64 tensor of shape `(batch,)`.
        """
        return self.tokenize(texts).row_lengths()

    def most_bytes(self, tokens: int) -> int:
        """Returns the most bytes of this many tokens."""
        return tokens * self._most_bytes

    def fewest_tokens(self, bytes_: int) -> int:
        """Returns the fewest tokens of a text of this size, `END` included."""
        return -(-bytes_ // self._most_bytes) + 1

    def is_cut(self, texts: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        """Returns which texts lose characters in their first window.

        A text that loses only its `END` does not count.

        Args:
            texts: string tensor of shape `(batch,)`.
            rows: integer tensor of shape `(batch, length)`, the windows.

        Returns:
            bool tensor of shape `(batch,)`.
        """
        characters = character_counts(rows, self.characters_per_token)
        characters -= tf.reduce_sum(tf.cast(rows == END, tf.float32), axis=-1)
        return tf.cast(characters, tf.int32) < tf.strings.length(texts)

    def decode(self, ids: tf.Tensor | Sequence) -> tf.Tensor:
        """Decodes rows of ids.

        Reads each row up to its first `END` or `PAD`. Invalid UTF-8, `UNK`
        included, becomes U+FFFD.

        Args:
            ids: integer tensor of shape `(batch, length)`.

        Returns:
            string tensor of shape `(batch,)`, always valid UTF-8.
        """
        ids = tf.convert_to_tensor(ids)
        text = tf.cumsum(tf.cast(ends_text(ids), tf.int32), axis=-1) == 0
        characters = tf.gather(self.token_texts, tf.where(text, ids, PAD))
        joined = tf.strings.reduce_join(characters, axis=-1)
        return tf.strings.unicode_transcode(
            joined, "UTF-8", "UTF-8", errors="replace"
        )

    def _beginnings(self, texts, tokens):
        """Returns at least the first tokens of texts, which can be huge."""
        # Some more, because what follows can change how a word is cut.
        most = (tokens + 8) * self._most_bytes
        texts = to_strings(texts)
        return tf.strings.substr(texts, 0, tf.cast(most, tf.int32))

    def _first_bytes(self, texts, positions):
        """Moves positions in texts to the first byte of their character."""
        return positions

    def _within_character(self, rows):
        """Returns how many tokens before each one belong to its character.

        Args:
            rows: int32 ragged tensor with `n` tokens.

        Returns:
            int64 tensor of shape `(n + 1,)`; the last is 0.
        """
        return tf.zeros(tf.size(rows.flat_values) + 1, tf.int64)

    def _slices(self, rows, first, starts, ends, length):
        """Returns slices of rows of tokens that hold whole characters.

        Args:
            rows: int32 ragged tensor.
            first: int64 tensor of shape `(slices,)`, index of the first token
                of the row of each slice.
            starts: int64 tensor of the same shape, where in its row a slice
                begins.
            ends: int64 tensor of the same shape, where it ends at the latest.
            length: tokens per slice, with padding.
        """
        within = self._within_character(rows)
        starts, ends = first + starts, first + ends
        starts -= tf.gather(within, starts)
        ends = tf.minimum(ends, starts + length)
        ends -= tf.gather(within, ends)
        places = starts[:, tf.newaxis] + tf.range(length, dtype=tf.int64)
        inside = places < ends[:, tf.newaxis]
        tokens = tf.gather(rows.flat_values, tf.where(inside, places, 0))
        return tf.where(inside, tokens, PAD)


def to_strings(texts: tf.Tensor | Sequence | str | bytes) -> tf.Tensor:
    """Returns texts as a string tensor, also an empty list."""
    return tf.convert_to_tensor(texts, tf.string)


def byte_values(texts: tf.Tensor) -> tf.RaggedTensor:
    """Returns the bytes of each text, and `TERMINATOR` after them.

    Args:
        texts: string tensor of shape `(batch,)`.

    Returns:
        int32 ragged tensor of shape `(batch, None)`.
    """
    # Any byte in place of the terminator, which is none.
    joined = tf.strings.reduce_join(tf.strings.join([texts, "\n"]), axis=0)
    values = tf.cast(tf.io.decode_raw(joined, tf.uint8), tf.int32)
    ends = tf.cumsum(tf.cast(tf.strings.length(texts), tf.int64) + 1)
    values = tf.tensor_scatter_nd_update(
        values, ends[:, tf.newaxis] - 1, tf.fill(tf.shape(ends), TERMINATOR)
    )
    splits = tf.pad(ends, [[1, 0]])
    return tf.RaggedTensor.from_row_splits(values, splits, validate=False)
