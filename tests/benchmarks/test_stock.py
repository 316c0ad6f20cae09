"""Checks that the stock Keras models equal the models of `hcvae_tf`."""

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


def copy_weights(layers, stock_layers):
    for layer, stock in zip(layers, stock_layers, strict=True):
        stock.set_weights(layer.get_weights())


def layers_with_weights(layer):
    return [inner for inner in layer.layers if inner.weights]


@pytest.fixture(
    params=[
        PARTS["hybrid-lstm"],
        {**PARTS["hybrid-lstm"], "feature_skip": True},
        PARTS["lstm-vae"],
    ],
    ids=["hybrid", "hybrid-with-skip", "lstm-vae"],
)
def pair(request):
    """A model, the stock model with the same weights, and tokens."""
    vocabulary = Vocabulary(b" abcdefgh")
    config = small_config(LENGTH, **request.param)
    model = compiled_model(config, vocabulary)
    # The stock model has none.
    model.encoder.log_var_bounds = None
    for weight in model.encoder.posterior.weights[1:]:
        # The second half is the bias of z_log_var; the noise becomes tiny.
        weight.assign(np.repeat([0.0, -80.0], config.model.z_size))
    stock = StockTextVAE(config, vocabulary)
    rng = np.random.default_rng(0)
    tokens = rng.integers(3, vocabulary.size, (4, LENGTH), np.int32)
    stock(tokens)
    encoder, decoder = model.encoder, model.decoder
    copy_weights([encoder.posterior], [stock.posterior])
    copy_weights([decoder.language_model.head], [stock.head])
    copy_weights([decoder.language_model.lstm], [stock.language_model])
    if stock.hybrid:
        stack = zip(encoder.convolutions, encoder.norms, strict=True)
        copy_weights(sum(stack, ()), layers_with_weights(stock.encoder))
        expansion = decoder.deconvolution
        stack = zip(expansion.deconvolutions, expansion.norms, strict=True)
        copy_weights(
            (expansion.expand, *sum(stack, ())),
            layers_with_weights(stock.deconvolution),
        )
        copy_weights([expansion.head], [stock.auxiliary_head])
    else:
        copy_weights([encoder.lstm], [stock.encoder])
        copy_weights([decoder.from_z], [stock.from_z])
    return model, stock, tf.constant(tokens)


def test_stock_model_has_equal_parameters_and_losses(pair):
    model, stock, tokens = pair
    parts = [part for part in (model.encoder, model.decoder) if part]
    parameters = sum(part.count_params() for part in parts)
    assert parameters == stock.count_params()
    costs = model.costs(tokens, tf.constant([0, 0]), training=True)
    expected = weighted_loss(model.objective, costs, 0)
    np.testing.assert_allclose(stock(tokens, training=True), expected, 1e-4)


def test_product_flops_equal_a_count_by_hand():
    config = small_config(LENGTH, **PARTS["lstm-vae"])
    vocabulary = Vocabulary(b" abcdefgh")
    model = compiled_model(config, vocabulary)
    units, z, classes = 16, 4, vocabulary.size
    per_character = 2 * units * 4 * units + units * classes
    per_text = units * 2 * z + z * 2 * units
    assert product_flops(model, 3, LENGTH) == (
        3 * 2 * 3 * (LENGTH * per_character + per_text)
    )
