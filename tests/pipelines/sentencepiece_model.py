"""SentencePiece's model file of a vocabulary, written as its format says."""

import struct

import sentencepiece

_NORMAL, _UNKNOWN, _BYTE = 1, 2, 6
_UNIGRAM = 1


def processor(vocabulary):
    """Returns SentencePiece with the pieces of a `SubwordVocabulary`."""
    pieces = [("<unk>", 0.0, _UNKNOWN)]
    pieces += [(f"<0x{value:02X}>", 0.0, _BYTE) for value in range(256)]
    pieces += [
        (piece.replace(" ", "\u2581"), score / 4096, _NORMAL)
        for piece, score in vocabulary.pieces.items()
    ]
    model = b"".join(
        _message(
            1,
            _message(1, piece.encode())
            + _varint(2 << 3 | 5)
            + struct.pack("<f", score)
            + _number(3, kind),
        )
        for piece, score, kind in pieces
    )
    # model_type, byte_fallback
    model += _message(2, _number(3, _UNIGRAM) + _number(35, 1))
    # add_dummy_prefix, remove_extra_whitespaces, escape_whitespaces
    flags = _number(3, 0) + _number(4, 0) + _number(5, 1)
    model += _message(3, _message(1, b"identity") + flags)
    return sentencepiece.SentencePieceProcessor(model_proto=model)


def pieces_of(found, text):
    """Returns the tokens of a text as bytes, cut by SentencePiece."""
    return [
        bytes([int(piece[3:5], 16)])
        if found.is_byte(index)
        else piece.replace("\u2581", " ").encode()
        for index in found.encode(text)
        for piece in [found.id_to_piece(index)]
    ]


def _varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def _number(field, number):
    return _varint(field << 3) + _varint(number)


def _message(field, content):
    return _varint(field << 3 | 2) + _varint(len(content)) + content
