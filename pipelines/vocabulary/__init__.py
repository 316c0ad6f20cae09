"""Tokens: their ids, their texts and the number of characters they stand for.

A character, by which costs are counted, is one byte of UTF-8. What a token is,
only this folder knows: models, streams, metrics and exports get sizes, ids and
texts from here.
"""

from pipelines.vocabulary.base_vocabulary import BaseVocabulary
from pipelines.vocabulary.byte_vocabulary import Vocabulary
from pipelines.vocabulary.special_ids import (
    END,
    PAD,
    UNK,
    character_counts,
    dropped_id,
    ends_text,
    longest_text,
    start_id,
    text_mask,
    token_counts,
)
from pipelines.vocabulary.stored import vocabulary_from_json
from pipelines.vocabulary.subword_vocabulary import SubwordVocabulary
from pipelines.vocabulary.window_starts import window_starts

__all__ = [
    "END",
    "PAD",
    "UNK",
    "BaseVocabulary",
    "SubwordVocabulary",
    "Vocabulary",
    "character_counts",
    "dropped_id",
    "ends_text",
    "longest_text",
    "start_id",
    "text_mask",
    "token_counts",
    "vocabulary_from_json",
    "window_starts",
]
