"""A tighter bound on the likelihood: many draws of z for each text."""

import math
from collections.abc import Callable, Iterable

import tensorflow as tf

from hcvae_tf.models.losses import cross_entropy
from hcvae_tf.models.text_vae import TextVAE
from pipelines.vocabulary import character_counts, text_mask


def importance_weighted_nll(
    log_likelihood: Callable[[tf.Tensor], tf.Tensor],
    z_mean: tf.Tensor,
    z_log_var: tf.Tensor,
    samples: int | tf.Tensor,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Estimates -log p(x), with z drawn from q(z | x).

    One draw is handled at a time, and the sum of weights is kept as a
    logarithm, so neither memory nor magnitude grows with their number.

    Args:
        log_likelihood: gives log p(x | z), nats of shape `(batch,)`, for z of
            shape `(batch, z_size)`.
        z_mean: float32 tensor of shape `(batch, z_size)`.
        z_log_var: float32 tensor of the same shape.
        samples: number of draws for each text, 1 or more.
        seed: int32 tensor of shape `(2,)`.

    Returns:
        Nats, shape `(batch,)`. On average too large, and never by more with
        more draws; with one it is the negative ELBO.

    Reference:
        [Burda et al., 2015](https://arxiv.org/abs/1509.00519)
    """
    total = tf.fill(tf.shape(z_mean)[:1], -math.inf)
    for draw in tf.range(samples):
        noise = tf.random.stateless_normal(
            tf.shape(z_mean),
            tf.random.experimental.stateless_fold_in(seed, draw),
        )
        z = z_mean + tf.exp(z_log_var / 2) * noise
        # The factors of 2 pi of prior and posterior cancel.
        ratio = 0.5 * tf.reduce_sum(
            tf.square(noise) + z_log_var - tf.square(z), axis=-1
        )
        weight = log_likelihood(z) + ratio
        largest = tf.maximum(total, weight)
        total = largest + tf.math.log(
            tf.exp(total - largest) + tf.exp(weight - largest)
        )
    return tf.math.log(tf.cast(samples, tf.float32)) - total


def text_nll(
    model: TextVAE,
    tokens: tf.Tensor,
    samples: int | tf.Tensor,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Estimates -log p(text); see `importance_weighted_nll`.

    Args:
        model: the model; of one without a latent vector the cost is exact.
        tokens: int32 tensor of shape `(batch, length)`.
        samples: number of draws for each text.
        seed: int32 tensor of shape `(2,)`.

    Returns:
        Nats, shape `(batch,)`; padding does not count.
    """
    mask = text_mask(tokens)
    previous = model.previous_tokens(tokens)

    def log_likelihood(z):
        return -cross_entropy(tokens, model.decoder(z, previous)[0], mask)

    return importance_weighted_nll(
        log_likelihood, *model.encode(tokens), samples, seed
    )


def mean_importance_weighted_nll(
    model: TextVAE, batches: Iterable[tf.Tensor], samples: int, seed: int = 0
) -> dict[str, float]:
    """The importance-weighted cost over all texts.

    Args:
        model: the model.
        batches: int32 tensors of shape `(batch, length)`.
        samples: draws of z for each text.
        seed: of the draws.

    Returns:
        `importance_weighted_nll`, nats per text, and
        `importance_weighted_bits_per_char`.
    """

    @tf.function(reduce_retracing=True)
    def sums(tokens, samples, place):
        nll = text_nll(model, tokens, samples, tf.stack([seed, place]))
        return tf.reduce_sum(nll), tf.reduce_sum(character_counts(tokens))

    texts = nats = characters = 0.0
    for place, tokens in enumerate(batches):
        texts += len(tokens)
        sum_, count = sums(tokens, tf.constant(samples), tf.constant(place))
        nats += float(sum_)
        characters += float(count)
    return {
        "importance_weighted_nll": nats / texts,
        "importance_weighted_bits_per_char": nats / math.log(2) / characters,
    }
