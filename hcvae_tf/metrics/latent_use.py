"""How much the latent vector is used."""

import math
from collections.abc import Iterable

import numpy as np
import tensorflow as tf

from hcvae_tf.models.text_vae import TextVAE

_ROWS = 500
_MOST = 10_000


def corpus_latent_use(
    model: TextVAE, batches: Iterable[tf.Tensor], most: int = _MOST
) -> dict[str, float]:
    """The use of z over texts; see `latent_use`.

    Args:
        model: one with a latent vector.
        batches: int32 tensors of shape `(batch, length)`.
        most: how many of the texts, about.
    """
    encode = tf.function(model.encode, reduce_retracing=True)
    codes, texts = [], 0
    for tokens in batches:
        codes.append(encode(tokens))
        texts += len(tokens)
        if texts >= most:
            break
    return latent_use(*map(np.concatenate, zip(*codes, strict=True)))


def latent_use(
    z_mean: np.ndarray, z_log_var: np.ndarray, seed: int = 0
) -> dict[str, float]:
    """Counts active units and estimates the information in z.

    The mutual information is that between a text and its z when the text is
    one of those given: the mean over i of `log q(z_i | x_i) - log mean_j
    q(z_i | x_j)`, with one `z_i` drawn for each. It is at most the logarithm
    of the number of texts. The quantity itself is never negative; where the
    estimate is, by the luck of the draws, it is given as 0.

    Args:
        z_mean: float array of shape `(texts, z_size)`.
        z_log_var: float array of the same shape.
        seed: of the draws.

    Returns:
        `active_units`, the number of dimensions whose mean varies over the
        texts by more than 0.01; `mutual_information`, nats;
        `mutual_information_error`, its standard error;
        `mutual_information_limit`, the most it can be.

    Reference:
        Active units: [Burda et al., 2015](https://arxiv.org/abs/1509.00519).
        Mutual information: [Hoffman and Johnson,
        2016](http://approximateinference.org/accepted/HoffmanJohnson2016.pdf).
    """
    mean = np.asarray(z_mean, np.float64)
    log_var = np.asarray(z_log_var, np.float64)
    noise = np.random.default_rng(seed).standard_normal(mean.shape)
    z = mean + np.exp(log_var / 2) * noise
    precision = np.exp(-log_var)
    # Of q(z | x_j), all that does not depend on z.
    constant = np.sum(mean**2 * precision + log_var, axis=1)
    own = -0.5 * np.sum(noise**2 + log_var, axis=1)
    gains = []
    for first in range(0, len(z), _ROWS):
        rows = z[first : first + _ROWS]
        log_q = -0.5 * (
            rows**2 @ precision.T - 2 * rows @ (mean * precision).T + constant
        )
        largest = log_q.max(axis=1)
        mixture = largest + np.log(
            np.mean(np.exp(log_q - largest[:, None]), axis=1)
        )
        gains.append(own[first : first + _ROWS] - mixture)
    gains = np.concatenate(gains)
    return {
        "active_units": int(np.sum(np.var(mean, axis=0) > 0.01)),
        "mutual_information": max(0.0, float(np.mean(gains))),
        "mutual_information_error": float(
            np.std(gains) / math.sqrt(len(gains))
        ),
        "mutual_information_limit": math.log(len(gains)),
    }
