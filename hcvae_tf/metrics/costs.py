"""How well a model fits texts, exactly repeatable."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import tensorflow as tf

from hcvae_tf.models.text_vae import TextVAE


def mean_costs(
    model: TextVAE, batches: Iterable[tf.Tensor], seed: int = 0
) -> dict[str, Any]:
    """The costs over all texts, one draw of z each.

    The draw is a function of the seed and of the place of the text alone.

    Args:
        model: the model.
        batches: int32 tensors of shape `(batch, length)`.
        seed: of the draws.

    Returns:
        `negative_elbo`, `reconstruction`, `kl` and `auxiliary`, nats per
        text; `kl_per_dimension`, a list of nats per text; `bits_per_char`,
        the negative ELBO over all characters, ends of texts included and
        padding not, and `perplexity`, 2 to the power of it; the numbers of
        `texts` and `characters`.
    """

    @tf.function(reduce_retracing=True)
    def sums(tokens, place):
        costs = model.costs(tokens, tf.stack([seed, place]))
        return {name: tf.reduce_sum(cost, 0) for name, cost in costs.items()}

    texts, totals = 0, {}
    for place, tokens in enumerate(batches):
        texts += len(tokens)
        for name, value in sums(tokens, tf.constant(place)).items():
            totals[name] = totals.get(name, 0.0) + np.float64(value)
    characters = float(totals.pop("characters"))
    bits = float(totals["negative_elbo"]) / math.log(2) / characters
    per_dimension = totals.pop("kl_per_dimension") / texts
    return {
        **{name: float(total) / texts for name, total in totals.items()},
        "kl_per_dimension": per_dimension.tolist(),
        "bits_per_char": bits,
        "perplexity": 2.0**bits,
        "texts": texts,
        "characters": int(characters),
    }
