"""Normalisation of batches of texts."""

import tensorflow as tf
import tensorflow_text as tf_text

# The white space of Python's `bytes.split`. `\C*?` matches any bytes up to the
# next one; `[^ ]` would not match bytes that are not valid UTF-8.
_SPACE = r"[ \t\n\v\f\r]"
_URL = rf"(^|{_SPACE})https?://\C*?({_SPACE}|$)"
_USER = rf"(^|{_SPACE})@\C*?({_SPACE}|$)"
_DOUBLED_SPACE = r"( ) |(\t)\t|(\n)\n|(\v)\v|(\f)\f|(\r)\r"


def normalize_tweets(texts: tf.Tensor) -> tf.Tensor:
    """Replaces URLs and user names as the paper does.

    Words that start with `http://` or `https://` become `url` and words that
    start with `@` become `@userid`; words are separated by ASCII white space.
    All other bytes are unchanged.

    Args:
        texts: string tensor of any shape, valid UTF-8 or not.

    Returns:
        string tensor of the same shape.
    """
    # A match includes the white space on both sides of a word, so it is
    # doubled to let adjacent words match.
    texts = tf.strings.regex_replace(texts, f"({_SPACE})", r"\1\1")
    texts = tf.strings.regex_replace(texts, _URL, r"\1url\2")
    texts = tf.strings.regex_replace(texts, _USER, r"\1@userid\2")
    return tf.strings.regex_replace(texts, _DOUBLED_SPACE, r"\1\2\3\4\5\6")


def normalize_utf8(texts: tf.Tensor) -> tf.Tensor:
    """Converts texts to Unicode's composed form (NFC).

    Args:
        texts: string tensor of shape `(batch,)`.

    Returns:
        string tensor of shape `(batch,)`; texts that are not valid UTF-8 are
        unchanged.
    """
    valid = is_valid_utf8(texts)
    normal = tf_text.normalize_utf8(tf.where(valid, texts, ""), "NFC")
    return tf.where(valid, normal, texts)


def is_valid_utf8(texts: tf.Tensor) -> tf.Tensor:
    """Returns which texts are valid UTF-8.

    Args:
        texts: string tensor of any shape.

    Returns:
        bool tensor of the same shape.
    """
    # Transcoding replaces invalid bytes, so it changes an invalid text.
    return texts == tf.strings.unicode_transcode(
        texts, "UTF-8", "UTF-8", errors="replace"
    )
