"""Reads a vocabulary of either kind."""

from pipelines.json_object import json_object
from pipelines.vocabulary.base_vocabulary import BaseVocabulary
from pipelines.vocabulary.byte_vocabulary import Vocabulary
from pipelines.vocabulary.subword_vocabulary import SubwordVocabulary


def vocabulary_from_json(text: str) -> BaseVocabulary:
    """Returns the vocabulary that `to_json` wrote.

    Raises:
        ValueError: if the text is something else.
    """
    kind = SubwordVocabulary if "pieces" in json_object(text) else Vocabulary
    return kind.from_json(text)
