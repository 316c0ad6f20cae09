"""LSTM VAE with as many parameters as another model."""

import math

import numpy as np

from hcvae_tf.models.config import Config
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary


def equal_size(config: Config, other: Config, characters: int) -> Config:
    """Chooses the units of an LSTM VAE to match the size of `other`.

    Args:
        config: the LSTM VAE; encoder and decoder get the same units.
        other: the model whose size is matched.
        characters: number of known characters of the vocabulary.

    Returns:
        `config` with the number of units whose parameter count is nearest.
    """
    vocabulary = Vocabulary(bytes(range(characters)))

    def parameters(settings):
        settings = settings.replace("training", precision="float32")
        return compiled_model(settings, vocabulary).count_params()

    def with_units(units):
        return config.replace("model", encoder_units=units, decoder_units=units)

    # The number of parameters is quadratic in the units, so that three sizes
    # determine it.
    units = (8, 16, 24)
    sizes = [parameters(with_units(number)) for number in units]
    square, linear, constant = np.polyfit(units, sizes, 2)
    constant -= parameters(other)
    root = math.sqrt(linear**2 - 4 * square * constant)
    return with_units(round((root - linear) / (2 * square)))
