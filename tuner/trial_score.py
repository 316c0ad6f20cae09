"""What a search looks for: the lowest cost among models that use z.

The lowest negative ELBO alone would go to a model that ignores z.
"""

import math

import keras_tuner

OBJECTIVE = keras_tuner.Objective("constrained_negative_elbo", "min")


def worst_cost(length: int, classes: int) -> float:
    """What guessing every character uniformly costs, nats per text."""
    return length * math.log(classes)


def score(
    negative_elbo: float, kl: float, min_kl: float, worst: float
) -> float:
    """The number that the search makes small.

    Models with enough KL are scored by their negative ELBO, all others worse
    than any of those, by how much is missing.

    Args:
        negative_elbo: nats per text on validation.
        kl: nats per text on validation.
        min_kl: how much is enough.
        worst: see `worst_cost`; no score of a model with enough KL is higher.

    Returns:
        Nats.
    """
    if kl < min_kl:
        return worst + min_kl - kl
    return min(negative_elbo, worst)
