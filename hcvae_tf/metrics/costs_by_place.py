"""What texts cost at each of their places."""

import math
from collections.abc import Iterable

import numpy as np
import tensorflow as tf

from hcvae_tf.models.text_vae import TextVAE
from pipelines.vocabulary import text_mask

WIDTH = 10
"""Characters of a place."""


def costs_by_place(
    model: TextVAE, batches: Iterable[tf.Tensor], seed: int = 0
) -> list[float | None]:
    """Computes the cost of the first characters of texts, the next ones, ….

    A token belongs to the place of its first character, with all its
    characters.

    Args:
        model: the model.
        batches: int32 tensors of shape `(batch, length)`.
        seed: seed of the draws of z, one per text.

    Returns:
        For each place, `WIDTH` characters each, the bits per character of
        -log p(text | z); None where no text has a token.
    """
    sizes = model.characters_per_token
    if sizes is not None:
        sizes = tf.constant(sizes, tf.int32)

    @tf.function(autograph=False, reduce_retracing=True)
    def parts(tokens, index):
        z_mean, z_log_var = model.encode(tokens)
        z = model.sampling(z_mean, z_log_var, tf.stack([seed, index]))
        nats = model.token_costs(z, tokens)
        tokens = tokens[:, : tf.shape(nats)[1]]
        if sizes is None:
            characters = tf.cast(text_mask(tokens), tf.int32)
        else:
            characters = tf.gather(sizes, tokens)
        starts = tf.cumsum(characters, axis=1, exclusive=True)
        return nats, characters, starts // WIDTH

    nats, counts = np.zeros(0), np.zeros(0)
    for index, tokens in enumerate(batches):
        costs, characters, places = (
            part.numpy().ravel() for part in parts(tokens, tf.constant(index))
        )
        most = max(len(nats), places.max() + 1)
        nats, counts = (
            np.bincount(places, weights, most)
            + np.pad(total, (0, most - len(total)))
            for weights, total in ((costs, nats), (characters, counts))
        )
    return [
        cost / count / math.log(2) if count else None
        for cost, count in zip(nats.tolist(), counts.tolist(), strict=True)
    ]
