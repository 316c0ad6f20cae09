"""Writing texts one character at a time."""

import tensorflow as tf

from pipelines.vocabulary import END, PAD


def next_token(logits, uniform, temperature, top_k, top_p):
    """Chooses a character for each text.

    The most probable characters are kept, as many as `top_k` and `top_p`
    allow, and one of them is drawn by its probability.

    Args:
        logits: float tensor of shape `(batch, classes)`.
        uniform: float tensor of shape `(batch,)`, in [0, 1): decides the draw.
        temperature: float scalar; 0 always takes the most probable one.
        top_k: int scalar, how many characters may be drawn from.
        top_p: float scalar in (0, 1]; the fewest characters that together
            reach this probability may be drawn from.

    Returns:
        int32 tensor of shape `(batch,)`.

    Reference:
        Fan et al., 2018 (top-k); [Holtzman et al.,
        2019](https://arxiv.org/abs/1904.09751) (top-p).
    """
    temperature, top_k, top_p = map(
        tf.convert_to_tensor, (temperature, top_k, top_p)
    )
    classes = logits.shape[-1]

    def most_probable():
        return tf.argmax(logits, axis=-1, output_type=tf.int32)

    def drawn():
        probabilities = tf.nn.softmax(logits / temperature)
        # Sorting costs more than all the rest, so only where it is needed.
        kept, ids = tf.cond(
            (top_k < classes) | (top_p < 1.0),
            lambda: _most_probable(probabilities, top_k, top_p),
            lambda: (
                probabilities,
                tf.zeros_like(probabilities, tf.int32) + tf.range(classes),
            ),
        )
        reached = tf.cumsum(kept, axis=-1)
        total = reached[:, -1]
        # Below the total even if the product is rounded up to it.
        point = tf.minimum(uniform * total, tf.math.nextafter(total, 0.0))
        place = tf.math.count_nonzero(
            reached <= point[:, None], axis=-1, dtype=tf.int32
        )
        return tf.gather(ids, place, axis=1, batch_dims=1)

    return tf.cond(temperature > 0.0, drawn, most_probable)


def _most_probable(probabilities, top_k, top_p):
    """Sorted, with those that may not be drawn at 0; and their ids."""
    classes = probabilities.shape[-1]
    probabilities, ids = tf.math.top_k(probabilities, k=classes)
    before = tf.cumsum(probabilities, axis=-1, exclusive=True)
    allowed = (before < top_p) & (tf.range(classes) < top_k)
    return tf.where(allowed, probabilities, 0.0), ids


def generate(decoder, z, start, uniform, temperature, top_k, top_p):
    """Writes a text for each latent vector, until all have ended.

    Args:
        decoder: one of `hcvae_tf.decoders`.
        z: float tensor of shape `(batch, z_size)`.
        start: id that stands before the first character.
        uniform: float tensor of shape `(batch, length)`, in [0, 1).
        temperature: see `next_token`, as are `top_k` and `top_p`.
        top_k: int scalar.
        top_p: float scalar.

    Returns:
        int32 tensor of shape `(batch, length)`, padded after the end.
    """
    batch, length = tf.unstack(tf.shape(uniform))
    tokens = tf.TensorArray(tf.int32, length, element_shape=(None,))

    def unfinished(place, token, ended, *_):
        return (place < length) & ~tf.reduce_all(ended)

    def body(place, token, ended, state, tokens):
        logits, state = decoder.step(state, token)
        chosen = next_token(
            logits, uniform[:, place], temperature, top_k, top_p
        )
        chosen = tf.where(ended, PAD, chosen)
        ended |= (chosen == END) | (chosen == PAD)
        return place + 1, chosen, ended, state, tokens.write(place, chosen)

    _, _, _, _, tokens = tf.while_loop(
        unfinished,
        body,
        (
            tf.constant(0),
            tf.fill((batch,), start),
            tf.zeros((batch,), tf.bool),
            decoder.initial_state(z),
            tokens,
        ),
    )
    # Places never reached are zeros, which is PAD.
    return tf.transpose(tokens.stack())
