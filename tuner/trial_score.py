"""Score of a trial: its negative ELBO, with a minimum KL.

The lowest negative ELBO alone would select a model that ignores z.
"""

import math

import keras_tuner

OBJECTIVE = keras_tuner.Objective("constrained_negative_elbo", "min")


def worst_cost(length: int, classes: int) -> float:
    """Returns the cost of uniform guesses, nats per text."""
    return length * math.log(classes)


def score(
    negative_elbo: float, kl: float, min_kl: float, worst: float
) -> float:
    """Returns the score, which the search minimizes.

    Models with enough KL are scored by their negative ELBO. All others score
    worse than any of these, by the KL that is missing.

    Args:
        negative_elbo: nats per text on validation.
        kl: nats per text on validation.
        min_kl: the KL that is enough, nats per text.
        worst: see `worst_cost`; no score of a model with enough KL is higher.

    Returns:
        The score, nats.
    """
    if kl < min_kl:
        return worst + min_kl - kl
    return min(negative_elbo, worst)
