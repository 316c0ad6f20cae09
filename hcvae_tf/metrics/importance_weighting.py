"""Importance-weighted cost: a tighter bound, with many draws of z per text."""

import math
from collections.abc import Callable, Iterable

import tensorflow as tf

from hcvae_tf.layers import noise
from hcvae_tf.layers.gaussian_density import gaussian_log_density
from hcvae_tf.models.text_vae import TextVAE


def importance_weighted_nll(
    log_joint: Callable[[tf.Tensor], tf.Tensor],
    z_mean: tf.Tensor,
    z_log_var: tf.Tensor,
    samples: int | tf.Tensor,
    seed: tf.Tensor,
) -> tf.Tensor:
    """Estimates -log p(x), with z drawn from q(z | x).

    Draws are processed one at a time and their weights are summed as
    logarithms, so neither memory nor magnitude grows with their number.

    Args:
        log_joint: computes log p(x, z), nats of shape `(batch,)`, for z of
            shape `(batch, z_size)`.
        z_mean: float32 tensor of shape `(batch, z_size)`.
        z_log_var: float32 tensor of the same shape.
        samples: number of draws per text, 1 or more.
        seed: int32 tensor of shape `(2,)`.

    Returns:
        Nats, shape `(batch,)`. On average an upper bound, which more draws
        never make worse; with one draw it is the negative ELBO.

    Reference:
        [Burda et al., 2015](https://arxiv.org/abs/1509.00519)
    """

    def add(draw, total):
        draw_seed = tf.random.experimental.stateless_fold_in(
            seed, draw, alg="philox"
        )
        drawn = noise.normal(tf.shape(z_mean), draw_seed)
        z = z_mean + tf.exp(z_log_var / 2) * drawn
        spread = tf.reduce_sum(z_log_var, axis=-1) / 2
        log_q = gaussian_log_density(drawn, 0.0, 0.0) - spread
        weight = log_joint(z) - log_q
        largest = tf.maximum(total, weight)
        return draw + 1, largest + tf.math.log(
            tf.exp(total - largest) + tf.exp(weight - largest)
        )

    _, total = tf.while_loop(
        lambda draw, _: draw < samples,
        add,
        (tf.constant(0), tf.fill(tf.shape(z_mean)[:1], -math.inf)),
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
        model: the model; without a latent vector the cost is exact.
        tokens: int32 tensor of shape `(batch, length)`.
        samples: number of draws per text.
        seed: int32 tensor of shape `(2,)`.

    Returns:
        Nats, shape `(batch,)`; padding does not count.
    """
    return importance_weighted_nll(
        lambda z: model.log_prior(z) - model.reconstruction(z, tokens),
        *model.encode(tokens),
        samples,
        seed,
    )


def mean_importance_weighted_nll(
    model: TextVAE, batches: Iterable[tf.Tensor], samples: int, seed: int = 0
) -> dict[str, float]:
    """Computes the importance-weighted cost over all texts.

    Args:
        model: the model.
        batches: int32 tensors of shape `(batch, length)`.
        samples: draws of z per text.
        seed: seed of the draws.

    Returns:
        `importance_weighted_nll`, nats per text, and
        `importance_weighted_bits_per_char`.
    """

    @tf.function(autograph=False, reduce_retracing=True)
    def sums(tokens, samples, index):
        nll = text_nll(model, tokens, samples, tf.stack([seed, index]))
        return tf.reduce_sum(nll), tf.reduce_sum(model.characters(tokens))

    texts = nats = characters = 0.0
    for index, tokens in enumerate(batches):
        texts += len(tokens)
        sum_, count = sums(tokens, tf.constant(samples), tf.constant(index))
        nats += float(sum_)
        characters += float(count)
    return {
        "importance_weighted_nll": nats / texts,
        "importance_weighted_bits_per_char": nats / math.log(2) / characters,
    }
