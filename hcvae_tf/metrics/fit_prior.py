"""Fits a prior to the latent vectors of texts."""

import warnings
from collections.abc import Iterable

import numpy as np
import tensorflow as tf

from hcvae_tf.layers.mixture_prior import MixturePrior
from hcvae_tf.models.text_vae import TextVAE

# Least variance, so that no Gaussian is about a few vectors alone.
_LEAST_VARIANCE = 1e-3
_ITERATIONS = 200


def draw_codes(
    model: TextVAE, batches: Iterable[tf.Tensor], seed: int = 0
) -> np.ndarray:
    """Draws a latent vector from q(z | text) for each text.

    Args:
        model: a model with a latent vector.
        batches: int32 tensors of shape `(batch, length)`.
        seed: seed of the draws.

    Returns:
        float32 array of shape `(texts, z_size)`.
    """

    @tf.function(autograph=False, reduce_retracing=True)
    def draw(tokens, index):
        return model.sampling(*model.encode(tokens), tf.stack([seed, index]))

    codes = [
        draw(tokens, tf.constant(index)).numpy()
        for index, tokens in enumerate(batches)
    ]
    return np.concatenate(codes)


def fit_prior(
    codes: np.ndarray, components: int, seed: int = 0
) -> MixturePrior:
    """Fits a mixture of Gaussians with diagonal covariances.

    Args:
        codes: float array of shape `(texts, z_size)`, draws from q(z | text).
        components: number of Gaussians, at most that of the texts.
        seed: seed of the first guess.

    Reference:
        The prior with the best bound is the mean of all q(z | text): [Hoffman
        and Johnson,
        2016](http://approximateinference.org/accepted/HoffmanJohnson2016.pdf).
    """
    # scikit-learn takes a second to import.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    mixture = GaussianMixture(
        components,
        covariance_type="diag",
        reg_covar=_LEAST_VARIANCE,
        max_iter=_ITERATIONS,
        init_params="k-means++",
        random_state=seed,
    )
    with warnings.catch_warnings():
        # It is then as good as it became.
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(codes.astype(np.float64))
    prior = MixturePrior(components, codes.shape[1], name="prior")
    prior.build()
    prior.assign(mixture.weights_, mixture.means_, mixture.covariances_)
    return prior


def prior_gain(
    prior: MixturePrior, model: TextVAE, codes: np.ndarray
) -> tuple[float, float]:
    """Measures how much lower a prior makes the negative ELBO.

    Args:
        prior: the new prior.
        model: the model with its old prior.
        codes: float array of shape `(texts, z_size)`, draws for texts that
            the prior was not fitted to.

    Returns:
        Nats per text, and the standard error over the texts.
    """
    gains = np.concatenate(
        [
            (prior(rows) - model.log_prior(rows)).numpy()
            for rows in np.array_split(codes, -(-len(codes) // 500))
        ]
    ).astype(np.float64)
    return float(gains.mean()), float(gains.std() / np.sqrt(len(gains)))
