"""The vocabulary of bytes: a token is a character."""

import json
from collections.abc import Sequence
from typing import Self

import tensorflow as tf

from pipelines.json_object import json_object
from pipelines.vocabulary.base_vocabulary import (
    BaseVocabulary,
    byte_values,
    to_strings,
)
from pipelines.vocabulary.special_ids import END, FIRST_ID, PAD, UNK


class Vocabulary(BaseVocabulary):
    """Maps bytes to ids and back; see `BaseVocabulary`.

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
        super().__init__([bytes([value]) for value in characters])
        self.characters = characters
        self._ids = [UNK] * 256 + [END]
        for index, value in enumerate(characters):
            self._ids[value] = FIRST_ID + index

    @classmethod
    def learn(cls, text: bytes) -> Self:
        """Returns the vocabulary of all bytes that occur in a text."""
        return cls(bytes(sorted(set(text))))

    def tokenize(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """See base class; `UNK` for unknown bytes."""
        values = byte_values(texts)
        return values.with_flat_values(tf.gather(self._ids, values.flat_values))

    def count(self, texts: tf.Tensor) -> tf.Tensor:
        """See base class."""
        return tf.cast(tf.strings.length(texts), tf.int64) + 1

    def encode_windows(
        self, texts: tf.Tensor | Sequence, starts: tf.Tensor, length: int
    ) -> tf.Tensor:
        """See base class, but a character is a byte: it reads no others."""
        texts = to_strings(texts)
        starts = tf.cast(starts, tf.int64)
        end = tf.strings.length(texts)[:, tf.newaxis]
        lengths = tf.fill(tf.shape(starts), tf.constant(length, tf.int64))
        windows = tf.strings.substr(texts, starts, lengths)
        values = tf.io.decode_raw(windows, tf.uint8, fixed_length=length)
        positions = tf.cast(starts, tf.int32)[:, tf.newaxis] + tf.range(length)
        after = tf.where(positions == end, END, PAD)
        ids = tf.gather(self._ids, tf.cast(values, tf.int32))
        return tf.where(positions < end, ids, after)

    def to_json(self) -> str:
        """See base class."""
        return json.dumps({"characters": list(self.characters)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """See base class."""
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
