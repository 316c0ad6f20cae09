"""Use of the latent vector: active units and mutual information."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from hcvae_tf.models.text_vae import TextVAE

_BATCH_SIZE = 500
_MAX_TEXTS = 10_000


_WEAK_KL = 1.0
_USED_KL = 5.0


def kl_verdict(kl: float) -> str:
    """Returns in words what the KL, nats per text, says about the use of z."""
    if kl < _WEAK_KL:
        return "unused"
    return "weak" if kl < _USED_KL else "in use"


def dimensions_of_share(
    kl_per_dimension: Sequence[float], share: float = 0.9
) -> int:
    """Returns how few dimensions carry this share of the KL; 0 without KL."""
    sums = np.cumsum(np.sort(kl_per_dimension)[::-1], dtype=np.float64)
    if not len(sums) or sums[-1] <= 0:
        return 0
    # Sums of equal parts are not exact.
    return int(np.searchsorted(sums, share * sums[-1] * (1 - 1e-9))) + 1


def corpus_latent_use(
    model: TextVAE, batches: Iterable[tf.Tensor], max_texts: int = _MAX_TEXTS
) -> dict[str, float]:
    """Measures the use of z over texts; see `latent_use`.

    Args:
        model: a model with a latent vector.
        batches: int32 tensors of shape `(batch, length)`.
        max_texts: number of texts to use, rounded up to complete batches.
    """
    encode = tf.function(model.encode, autograph=False, reduce_retracing=True)
    codes, texts = [], 0
    for tokens in batches:
        codes.append(encode(tokens))
        texts += len(tokens)
        if texts >= max_texts:
            break
    return latent_use(*map(np.concatenate, zip(*codes, strict=True)))


def latent_use(
    z_mean: np.ndarray, z_log_var: np.ndarray, seed: int = 0
) -> dict[str, float]:
    """Counts active units and estimates the information in z.

    The mutual information is that between a text and its z, for texts drawn
    from the given ones: the mean over i of `log q(z_i | x_i) - log mean_j
    q(z_i | x_j)`, with one draw `z_i` per text. It is at most the logarithm
    of the number of texts. It is never negative, so an estimate that the
    draws make negative is returned as 0.

    Args:
        z_mean: float array of shape `(texts, z_size)`.
        z_log_var: float array of the same shape.
        seed: seed of the draws.

    Returns:
        `active_units`, the number of dimensions whose mean has a variance
        above 0.01 over the texts; `mutual_information`, nats;
        `mutual_information_error`, its standard error;
        `mutual_information_limit`, its largest possible value.

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
    # The terms of q(z | x_j) that do not depend on z.
    constant = np.sum(mean**2 * precision + log_var, axis=1)
    own = -0.5 * np.sum(noise**2 + log_var, axis=1)
    gains = []
    for first in range(0, len(z), _BATCH_SIZE):
        rows = z[first : first + _BATCH_SIZE]
        log_q = -0.5 * (
            rows**2 @ precision.T - 2 * rows @ (mean * precision).T + constant
        )
        largest = log_q.max(axis=1)
        mixture = largest + np.log(
            np.mean(np.exp(log_q - largest[:, None]), axis=1)
        )
        gains.append(own[first : first + _BATCH_SIZE] - mixture)
    gains = np.concatenate(gains)
    return {
        "active_units": int(np.sum(np.var(mean, axis=0) > 0.01)),
        "mutual_information": max(0.0, float(np.mean(gains))),
        "mutual_information_error": float(
            np.std(gains) / math.sqrt(len(gains))
        ),
        "mutual_information_limit": math.log(len(gains)),
    }
