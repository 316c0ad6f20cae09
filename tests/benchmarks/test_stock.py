"""The stock peers are the models that they are compared with."""

import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS, small_config

from benchmarks.products import product_flops
from benchmarks.stock import StockTextVAE
from hcvae_tf.models.losses import weighted_loss
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary

LENGTH = 8


def copy(layers, stock_layers):
    for layer, stock in zip(layers, stock_layers, strict=True):
        stock.set_weights(layer.get_weights())


def with_weights(layer):
    return [inner for inner in layer.layers if inner.weights]


@pytest.fixture(params=["hybrid-lstm", "lstm-vae"])
def pair(request):
    """Our model and its peer, with the same weights and almost no noise."""
    vocabulary = Vocabulary(b" abcdefgh")
    config = small_config(LENGTH, **PARTS[request.param])
    model = compiled_model(config, vocabulary)
    for weight in model.encoder.posterior.weights[1:]:
        # The second half is the bias of z_log_var.
        weight.assign(np.repeat([0.0, -80.0], config.model.z_size))
    stock = StockTextVAE(config, vocabulary)
    numbers = np.random.default_rng(0)
    tokens = numbers.integers(3, vocabulary.size, (4, LENGTH), np.int32)
    stock(tokens)
    encoder, decoder = model.encoder, model.decoder
    copy([encoder.posterior], [stock.posterior])
    copy([decoder.language_model.head], [stock.head])
    copy([decoder.language_model.lstm], [stock.language_model])
    if stock.hybrid:
        stack = zip(encoder.convolutions, encoder.norms, strict=True)
        copy(sum(stack, ()), with_weights(stock.encoder))
        expansion = decoder.deconvolution
        stack = zip(expansion.deconvolutions, expansion.norms, strict=True)
        copy(
            (expansion.expand, *sum(stack, ())),
            with_weights(stock.deconvolution),
        )
        copy([expansion.head], [stock.auxiliary_head])
    else:
        copy([encoder.lstm], [stock.encoder])
        copy([decoder.from_z], [stock.from_z])
    return model, stock, tf.constant(tokens)


def test_they_have_equal_parameters_and_losses(pair):
    model, stock, tokens = pair
    assert model.count_params() == stock.count_params()
    costs = model.costs(tokens, tf.constant([0, 0]), training=True)
    expected = weighted_loss(model.objective, costs, 0)
    np.testing.assert_allclose(stock(tokens, training=True), expected, 1e-4)


def test_products_are_counted_as_by_hand():
    config = small_config(LENGTH, **PARTS["lstm-vae"])
    vocabulary = Vocabulary(b" abcdefgh")
    model = compiled_model(config, vocabulary)
    units, z, classes = 16, 4, vocabulary.size
    per_character = 2 * units * 4 * units + units * classes
    per_text = units * 2 * z + z * 2 * units
    assert product_flops(model, 3, LENGTH) == (
        3 * 2 * 3 * (LENGTH * per_character + per_text)
    )
