"""Text generation, one token at a time."""

import numpy as np
import tensorflow as tf

from hcvae_tf.layers.transposed_ids import transposed_ids
from pipelines.vocabulary import PAD, ends_text

# Smaller temperatures count as 0: they are subnormal float32 numbers.
_MIN_TEMPERATURE = float(np.finfo(np.float32).tiny)


def next_token(logits, uniform, temperature, top_k=None, top_p=None):
    """Chooses the next token of each text.

    Draws, by its probability, one of the tokens that `top_k` and `top_p`
    allow.

    Args:
        logits: float tensor of shape `(batch, classes)`.
        uniform: float tensor of shape `(batch,)`, random numbers in [0, 1)
            that decide the draws.
        temperature: float tensor of shape `(batch,)`; 0 always takes the most
            probable token.
        top_k: int scalar, draws from this many of the most probable tokens;
            None for all.
        top_p: float scalar in (0, 1], draws from the fewest tokens that
            together reach this probability; None for all.

    Returns:
        int32 tensor of shape `(batch,)`.

    Reference:
        Fan et al., 2018 (top-k); [Holtzman et al.,
        2019](https://arxiv.org/abs/1904.09751) (top-p).
    """
    is_drawn = tf.convert_to_tensor(temperature) >= _MIN_TEMPERATURE

    def draw():
        # Differences to the largest logit keep the quotients from being inf.
        shifted = logits - tf.reduce_max(logits, axis=-1, keepdims=True)
        divisor = tf.where(is_drawn, temperature, 1.0)[:, None]
        probabilities = tf.nn.softmax(shifted / divisor)
        # Sorting costs more than the rest together: only where needed.
        ids = None
        if (top_k, top_p) != (None, None):
            probabilities, ids = _most_probable(probabilities, top_k, top_p)
        cumulative = tf.cumsum(probabilities, axis=-1)
        total = cumulative[:, -1]
        # Below the total even if the product is rounded up to it.
        threshold = tf.minimum(uniform * total, tf.math.nextafter(total, 0.0))
        index = tf.math.count_nonzero(
            cumulative <= threshold[:, None], axis=-1, dtype=tf.int32
        )
        if ids is None:
            return index
        return tf.gather(ids, index, axis=1, batch_dims=1)

    best = tf.argmax(logits, axis=-1, output_type=tf.int32)
    return tf.cond(
        tf.reduce_any(is_drawn),
        lambda: tf.where(is_drawn, draw(), best),
        lambda: best,
    )


def _most_probable(probabilities, top_k, top_p):
    """Returns sorted probabilities, 0 where not allowed, and their ids."""
    classes = probabilities.shape[-1]
    probabilities, ids = tf.math.top_k(probabilities, k=classes)
    allowed = tf.fill(tf.shape(probabilities), True)
    if top_k is not None:
        allowed &= tf.range(classes) < top_k
    if top_p is not None:
        allowed &= tf.cumsum(probabilities, axis=-1, exclusive=True) < top_p
    # The most probable one, even if a limit is 0 as float32.
    allowed |= tf.range(classes) == 0
    return tf.where(allowed, probabilities, 0.0), ids


def generate(
    decoder,
    z,
    start,
    uniform,
    temperature,
    top_k=None,
    top_p=None,
    process_logits=None,
):
    """Writes a text for each latent vector, until all texts have ended.

    Args:
        decoder: a `HybridDecoder`, `DeconvDecoder` or `LSTMDecoder`.
        z: float tensor of shape `(batch, z_size)`.
        start: id of the token before the first one.
        uniform: float tensor of shape `(batch, length)`, in [0, 1).
        temperature: float tensor of shape `(batch,)`; see `next_token`.
        top_k: int scalar or None; see `next_token`.
        top_p: float scalar or None; see `next_token`.
        process_logits: function of the logits, `(batch, ids)`, and of the
            position, an int32 scalar; returns the logits to choose from.

    Returns:
        int32 tensor of shape `(batch, length)`, padded after the end.
    """
    batch, length = tf.unstack(tf.shape(uniform))
    tokens = tf.TensorArray(tf.int32, length, element_shape=(None,))

    def unfinished(position, token, ended, *_):
        return (position < length) & ~tf.reduce_all(ended)

    def body(position, token, ended, state, tokens):
        logits, state = decoder.step(state, token)
        if process_logits is not None:
            logits = process_logits(logits, position)
        chosen = next_token(
            logits, uniform[:, position], temperature, top_k, top_p
        )
        chosen = tf.where(ended, PAD, chosen)
        ended |= ends_text(chosen)
        tokens = tokens.write(position, chosen)
        return position + 1, chosen, ended, state, tokens

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
    # Positions that were never reached are 0, which is PAD.
    return transposed_ids(tokens.stack())


def uniform_rows(seeds, width):
    """Draws numbers in [0, 1); each row depends on its seed alone.

    Args:
        seeds: int64 tensor of shape `(batch,)`.
        width: numbers per row.

    Returns:
        float32 tensor of shape `(batch, width)`.
    """
    return _rows(tf.random.stateless_uniform, seeds, width, 0)


def normal_rows(seeds, width):
    """Draws from N(0, 1), independently of `uniform_rows`; see there."""
    return _rows(tf.random.stateless_normal, seeds, width, 1)


def choice_rows(seeds):
    """Draws a number in [0, 1) for each seed, independently of the others.

    Args:
        seeds: int64 tensor of shape `(batch,)`.

    Returns:
        float32 tensor of shape `(batch,)`.
    """
    return _rows(tf.random.stateless_uniform, seeds, 1, 2)[:, 0]


def _rows(draw, seeds, width, stream):
    # A fixed algorithm draws the same numbers on all devices. XLA would draw
    # others, so it is kept off, also where TF_XLA_FLAGS asks for it. That works
    # in graphs alone.
    @tf.function(autograph=False)
    def row(seed):
        with tf.xla.experimental.jit_scope(compile_ops=False):
            return draw((width,), tf.stack([seed, stream]), alg="philox")

    return tf.map_fn(
        row,
        seeds,
        fn_output_signature=tf.TensorSpec((width,), tf.float32),
    )
