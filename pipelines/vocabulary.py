"""Tokens: their ids, their texts and the number of characters they stand for.

A token is one byte of UTF-8, and so is a character. No other file relies on
this: models, streams, metrics and exports get sizes, ids and texts from here.
"""

import json
from collections.abc import Sequence

import tensorflow as tf

from pipelines.json_object import json_object

PAD, UNK, END = 0, 1, 2
"""Special ids of every vocabulary. `PAD` is 0: what is unwritten is padding."""

_FIRST_BYTE_ID = 3
_REPLACEMENT = "\ufffd".encode()


def start_id(size: int) -> int:
    """Returns the input id before the first token.

    Args:
        size: ids that can be predicted.
    """
    return size


def dropped_id(size: int) -> int:
    """Returns the input id that replaces a dropped token; see `start_id`."""
    return size + 1


def text_mask(tokens: tf.Tensor) -> tf.Tensor:
    """Returns 1 for each token of a text, `END` included, and 0 for padding.

    Args:
        tokens: integer tensor of any shape.

    Returns:
        float32 tensor of the same shape.
    """
    return tf.cast(tokens != PAD, tf.float32)


def token_counts(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of tokens of each text, `END` included.

    Args:
        tokens: integer tensor of shape `(batch, length)`.

    Returns:
        int64 tensor of shape `(batch,)`.
    """
    return tf.math.count_nonzero(tokens != PAD, axis=-1)


def longest_text(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of positions after which there is only padding.

    Args:
        tokens: integer tensor of shape `(batch, length)`.

    Returns:
        int32 scalar, 1 or more: no part of a model needs to run over nothing.
    """
    used = tf.reduce_any(tokens != PAD, axis=0)
    ends = tf.where(used, tf.range(1, tf.size(used) + 1), 1)
    return tf.reduce_max(ends)


def character_counts(tokens: tf.Tensor) -> tf.Tensor:
    """Returns the number of characters of each row; `END` counts as one.

    Args:
        tokens: integer tensor of shape `(batch, length)`.

    Returns:
        float32 tensor of shape `(batch,)`.
    """
    return tf.reduce_sum(text_mask(tokens), axis=-1)


def ends_text(tokens: tf.Tensor) -> tf.Tensor:
    """Returns which tokens are `END` or `PAD`: a bool tensor of equal shape."""
    return (tokens == END) | (tokens == PAD)


class Vocabulary:
    """Maps bytes to ids and back, inside or outside a TensorFlow graph.

    Ids 0, 1 and 2 are `PAD`, `UNK` and `END`; the characters follow in the
    order of their byte values. Two more ids, `start` and `dropped`, are only
    inputs of a decoder and are never predicted. All maps are gathers from
    small constants, so an exported model needs no lookup table.

    Args:
        characters: the known byte values, sorted, each once.

    Raises:
        ValueError: if `characters` is not sorted or has repeated values.

    Example:
        >>> vocabulary = Vocabulary()
        >>> vocabulary.encode(["hi"], 4)  # [[107, 108, 2, 0]]
    """

    def __init__(self, characters: bytes = bytes(range(256))):
        if bytes(sorted(set(characters))) != characters:
            raise ValueError("characters must be sorted, without repeats")
        self.characters = characters
        self._ids = [UNK] * 256
        for index, value in enumerate(characters):
            self._ids[value] = _FIRST_BYTE_ID + index
        # `PAD`, `END`, `start` and `dropped` have no text.
        self._strings = [
            b"",
            _REPLACEMENT,
            b"",
            *(bytes([value]) for value in characters),
            b"",
            b"",
        ]

    @property
    def size(self) -> int:
        """Number of classes a decoder predicts."""
        return len(self.characters) + _FIRST_BYTE_ID

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

    @classmethod
    def learn(cls, text: bytes) -> "Vocabulary":
        """Returns the vocabulary of all bytes that occur in a text."""
        return cls(bytes(sorted(set(text))))

    def encode(self, texts: tf.Tensor | Sequence, length: int) -> tf.Tensor:
        """Encodes texts as rows of equal length.

        Each row is the text's bytes (`UNK` for unknown ones), one `END`, then
        `PAD`. A text of more than `length - 1` bytes is truncated.

        Args:
            texts: string tensor of shape `(batch,)`, or a list of str or
                bytes.
            length: tokens per row, `END` included; at least 1.

        Returns:
            int32 tensor of shape `(batch, length)`.
        """
        texts = tf.strings.substr(_strings(texts), 0, length - 1)
        return self.encode_windows(
            texts, tf.zeros_like(texts, tf.int64), length
        )

    def encode_windows(
        self, texts: tf.Tensor | Sequence, starts: tf.Tensor, length: int
    ) -> tf.Tensor:
        """Encodes one window of each text with its `END`.

        Args:
            texts: string tensor of shape `(batch,)`, or a list of str or
                bytes.
            starts: integer tensor of shape `(batch,)`, the first token of
                each window, from 0 to that of `END`.
            length: tokens per window.

        Returns:
            int32 tensor of shape `(batch, length)`, with `PAD` after `END`.
        """
        texts = _strings(texts)
        starts = tf.cast(starts, tf.int64)
        end = tf.strings.length(texts)[:, tf.newaxis]
        lengths = tf.fill(tf.shape(starts), tf.constant(length, tf.int64))
        windows = tf.strings.substr(texts, starts, lengths)
        values = tf.io.decode_raw(windows, tf.uint8, fixed_length=length)
        positions = tf.cast(starts, tf.int32)[:, tf.newaxis] + tf.range(length)
        after = tf.where(positions == end, END, PAD)
        return tf.where(positions < end, self._gather(values), after)

    def lookup(self, text: tf.Tensor | str | bytes) -> tf.Tensor:
        """Encodes one text without `END`.

        Args:
            text: scalar string tensor, str or bytes.

        Returns:
            int32 tensor of shape `(number of bytes,)`.
        """
        return self._gather(tf.io.decode_raw(_strings(text), tf.uint8))

    def pieces(self, text: tf.Tensor | str | bytes, length: int) -> tf.Tensor:
        """Cuts one text of any length into the texts of its windows.

        Args:
            text: scalar string tensor, str or bytes.
            length: tokens per window.

        Returns:
            string tensor of shape `(windows,)`: `encode_windows` with starts
            of 0 makes of it windows with all tokens of the text, in order.
            The last is shorter, so that `END` fits, and may be empty.
        """
        text = _strings(text)
        starts = tf.range(0, self.count(text), length)
        # Copies of a huge text would fill the memory: it is broadcast instead.
        return tf.strings.substr(
            text, starts, tf.fill(tf.shape(starts), length)
        )

    def count(self, texts: tf.Tensor) -> tf.Tensor:
        """Returns the number of tokens of each text, `END` included.

        Args:
            texts: string tensor of shape `(batch,)`.

        Returns:
            int32 tensor of shape `(batch,)`.
        """
        return tf.strings.length(texts) + 1

    def max_tokens(self, bytes_: int) -> int:
        """Returns the most tokens, `END` included, of a text of this size."""
        return bytes_ + 1

    def is_cut(self, texts: tf.Tensor, length: int) -> tf.Tensor:
        """Returns which texts lose bytes in their first window.

        A text that loses only its `END` does not count.

        Args:
            texts: string tensor of shape `(batch,)`.
            length: tokens per row.

        Returns:
            bool tensor of shape `(batch,)`.
        """
        return self.count(texts) - 1 > length

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
        characters = tf.gather(self._strings, tf.where(text, ids, PAD))
        joined = tf.strings.reduce_join(characters, axis=-1)
        return tf.strings.unicode_transcode(
            joined, "UTF-8", "UTF-8", errors="replace"
        )

    def to_json(self) -> str:
        """Returns the vocabulary as JSON text."""
        return json.dumps({"characters": list(self.characters)})

    @classmethod
    def from_json(cls, text: str) -> "Vocabulary":
        """Returns the vocabulary that `to_json` wrote.

        Raises:
            ValueError: if the text is something else.
        """
        characters = json_object(text).get("characters")
        if not isinstance(characters, list) or not all(
            type(character) is int for character in characters
        ):
            raise ValueError("it has no list of characters")
        return cls(bytes(characters))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return self.characters == other.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def __repr__(self) -> str:
        return f"Vocabulary({self.characters!r})"

    def _gather(self, values: tf.Tensor) -> tf.Tensor:
        return tf.gather(self._ids, tf.cast(values, tf.int32))


def _strings(texts: tf.Tensor | Sequence | str | bytes) -> tf.Tensor:
    # An empty list needs the dtype.
    return tf.convert_to_tensor(texts, tf.string)
