"""Learns the pieces of words that a corpus consists of."""

import io
import re
from collections.abc import Iterable, Iterator

import sentencepiece

from pipelines.errors import UserError
from pipelines.vocabulary.best_path import MOST_BYTES

_THREADS = 2  # The result depends on this number.


def learn_pieces(texts: Iterable[str | bytes], count: int) -> dict[str, float]:
    """Learns a unigram model of pieces with SentencePiece.

    Nothing is normalised, and no piece has a space but at its beginning.

    Args:
        texts: the texts.
        count: largest number of pieces that have more than one byte, at
            least 1.

    Returns:
        The log-probability in nats of each piece, from the most probable on.
        Pieces of one byte are added to the `count` others.

    Raises:
        UserError: if the texts have no character.
    """
    cleaned, room = list(_clean(texts)), count
    while True:
        try:
            learned = _learn(cleaned, room)
            break
        except (RuntimeError, OSError) as error:
            # It needs room for most characters of the texts.
            if "smaller than required_chars" in str(error):
                room *= 4
                continue
            raise UserError(
                f"no subwords can be learned from these texts ({error}); give "
                "more texts, or use characters as units"
            ) from None
    pieces = {}
    for index in range(learned.get_piece_size()):
        if learned.is_byte(index) or learned.is_unknown(index):
            continue
        piece = learned.id_to_piece(index).replace("\u2581", " ")
        # SentencePiece limits the characters of a piece, not its bytes.
        if len(piece.encode()) <= MOST_BYTES:
            pieces[piece] = learned.get_score(index)
    order = sorted(pieces, key=lambda piece: (-pieces[piece], piece))
    longer = [piece for piece in order if len(piece.encode()) > 1][:count]
    kept = {*longer, *(piece for piece in order if len(piece.encode()) == 1)}
    return {piece: pieces[piece] for piece in order if piece in kept}


def _learn(
    texts: list[str], count: int
) -> sentencepiece.SentencePieceProcessor:
    """Returns SentencePiece with about this many pieces beside the bytes."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        model_type="unigram",
        # The unknown piece and pieces of one byte are part of it.
        vocab_size=count + 256 + 1 + 128,
        hard_vocab_limit=False,
        byte_fallback=True,
        normalization_rule_name="identity",
        add_dummy_prefix=False,
        remove_extra_whitespaces=False,
        max_sentence_length=1 << 30,
        num_threads=_THREADS,
        bos_id=-1,
        eos_id=-1,
        minloglevel=2,
    )
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def _clean(texts: Iterable[str | bytes]) -> Iterator[str]:
    """Yields what SentencePiece can read."""
    for text in texts:
        if isinstance(text, bytes):
            text = text.decode("utf-8", "replace")
        # It takes NUL for an error, and U+2581 for a space.
        yield re.sub("[\0\u2581]", "", text)
