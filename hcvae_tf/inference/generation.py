"""Writing texts one character at a time."""

import numpy as np
import tensorflow as tf

from pipelines.vocabulary import PAD, ends_text

# Below it a temperature is taken for 0: numbers this small are not normal.
_LEAST = float(np.finfo(np.float32).tiny)


def next_token(logits, uniform, temperature, top_k=None, top_p=None):
    """Chooses a character for each text.

    The most probable characters are kept, as many as `top_k` and `top_p`
    allow, and one of them is drawn by its probability.

    Args:
        logits: float tensor of shape `(batch, classes)`.
        uniform: float tensor of shape `(batch,)`, in [0, 1): decides the draw.
        temperature: float tensor of shape `(batch,)`; 0 always takes the most
            probable one.
        top_k: int scalar, how many characters may be drawn from; None for
            all.
        top_p: float scalar in (0, 1]; the fewest characters that together
            reach this probability may be drawn from. None for all.

    Returns:
        int32 tensor of shape `(batch,)`.

    Reference:
        Fan et al., 2018 (top-k); [Holtzman et al.,
        2019](https://arxiv.org/abs/1904.09751) (top-p).
    """
    draws = tf.convert_to_tensor(temperature) >= _LEAST

    def drawn():
        # From the largest on, so that no quotient is infinite.
        below = logits - tf.reduce_max(logits, axis=-1, keepdims=True)
        divisor = tf.where(draws, temperature, 1.0)[:, None]
        probabilities = tf.nn.softmax(below / divisor)
        # Sorting costs more than all the rest, so only where it is needed.
        ids = None
        if (top_k, top_p) != (None, None):
            probabilities, ids = _most_probable(probabilities, top_k, top_p)
        reached = tf.cumsum(probabilities, axis=-1)
        total = reached[:, -1]
        # Below the total even if the product is rounded up to it.
        point = tf.minimum(uniform * total, tf.math.nextafter(total, 0.0))
        place = tf.math.count_nonzero(
            reached <= point[:, None], axis=-1, dtype=tf.int32
        )
        if ids is None:
            return place
        return tf.gather(ids, place, axis=1, batch_dims=1)

    best = tf.argmax(logits, axis=-1, output_type=tf.int32)
    return tf.cond(
        tf.reduce_any(draws),
        lambda: tf.where(draws, drawn(), best),
        lambda: best,
    )


def _most_probable(probabilities, top_k, top_p):
    """Sorted, with those that may not be drawn at 0; and their ids."""
    classes = probabilities.shape[-1]
    probabilities, ids = tf.math.top_k(probabilities, k=classes)
    allowed = tf.fill(tf.shape(probabilities), True)
    if top_k is not None:
        allowed &= tf.range(classes) < top_k
    if top_p is not None:
        allowed &= tf.cumsum(probabilities, axis=-1, exclusive=True) < top_p
    return tf.where(allowed, probabilities, 0.0), ids


def generate(decoder, z, start, uniform, temperature, top_k=None, top_p=None):
    """Writes a text for each latent vector, until all have ended.

    Args:
        decoder: one of `hcvae_tf.models.decoders`.
        z: float tensor of shape `(batch, z_size)`.
        start: id that stands before the first character.
        uniform: float tensor of shape `(batch, length)`, in [0, 1).
        temperature: see `next_token`, as are `top_k` and `top_p`; float
            tensor of shape `(batch,)`.
        top_k: int scalar or None.
        top_p: float scalar or None.

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
        ended |= ends_text(chosen)
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


def uniform_rows(seeds, width):
    """Numbers in [0, 1), those of a row decided by its seed alone.

    Args:
        seeds: int64 tensor of shape `(batch,)`.
        width: how many numbers a row has.

    Returns:
        float32 tensor of shape `(batch, width)`.
    """
    return _rows(tf.random.stateless_uniform, seeds, width, 0)


def normal_rows(seeds, width):
    """Numbers of N(0, 1); see `uniform_rows`, of which they do not depend."""
    return _rows(tf.random.stateless_normal, seeds, width, 1)


def _rows(law, seeds, width, stream):
    # The algorithm is named, so that all devices draw the same.
    return tf.map_fn(
        lambda seed: law((width,), tf.stack([seed, stream]), alg="philox"),
        seeds,
        fn_output_signature=tf.TensorSpec((width,), tf.float32),
    )
