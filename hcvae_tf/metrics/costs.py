"""Mean costs of a model on texts, exactly repeatable."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from hcvae_tf.models.text_vae import TextVAE


def mean_costs(
    model: TextVAE, batches: Iterable[tf.Tensor], seed: int = 0
) -> dict[str, Any]:
    """Computes the costs over all texts, with one draw of z per text.

    A draw depends only on the seed, the index of the batch and the row in it.

    Args:
        model: the model.
        batches: int32 tensors of shape `(batch, length)`.
        seed: seed of the draws.

    Returns:
        `negative_elbo`, `reconstruction`, `kl` and `auxiliary`, nats per
        text; `kl_per_dimension`, a list of nats per text; `bits_per_char`,
        the negative ELBO over all characters, including the ends of texts
        but not padding; `perplexity`, 2 to the power of `bits_per_char`; the
        numbers of `texts` and `characters`.
    """

    @tf.function(autograph=False, reduce_retracing=True)
    def sums(tokens, index):
        costs = model.costs(tokens, tf.stack([seed, index]))
        return {name: tf.reduce_sum(cost, 0) for name, cost in costs.items()}

    texts, totals = 0, {}
    for index, tokens in enumerate(batches):
        texts += len(tokens)
        for name, value in sums(tokens, tf.constant(index)).items():
            totals[name] = totals.get(name, 0.0) + np.float64(value)
    characters = float(totals.pop("characters"))
    bits = float(totals["negative_elbo"]) / math.log(2) / characters
    per_dimension = totals.pop("kl_per_dimension") / texts
    return {
        **{name: float(total) / texts for name, total in totals.items()},
        "kl_per_dimension": per_dimension.tolist(),
        "bits_per_char": bits,
        "perplexity": 2.0**bits if bits < 1024 else math.inf,
        "texts": texts,
        "characters": int(characters),
    }
