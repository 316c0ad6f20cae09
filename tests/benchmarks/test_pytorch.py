"""Checks that the PyTorch model equals the hybrid of `hcvae_tf`."""

import functools

import numpy as np
import pytest
import tensorflow as tf
from shared import randomize, small_config

from hcvae_tf.inference.generation import generate
from hcvae_tf.layers import noise
from hcvae_tf.models.schedules import kl_weight
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import END, Vocabulary

torch = pytest.importorskip("torch")

from benchmarks.pytorch import training  # noqa: E402
from benchmarks.pytorch.generation import write  # noqa: E402
from benchmarks.pytorch.text_vae import TorchTextVAE  # noqa: E402

VOCABULARY = Vocabulary(b" abcdefgh")
# One length is odd; the decoder then makes positions that are cut off.
CONFIG = small_config(9, feature_skip=True)
SEED = tf.constant([0, 0])


def rows_by_filter(values, filters):
    """Reorders a first axis of (length, filters) as (filters, length)."""
    parts = values.reshape(-1, filters, *values.shape[1:])
    return parts.swapaxes(0, 1).reshape(values.shape)


def gates(values):
    """Reorders a last axis of gates i, f, o, g as i, f, g, o."""
    i, f, o, g = np.split(values, 4, axis=-1)
    return np.concatenate([i, f, g, o], axis=-1)


def weight_pairs(model, peer):
    """Yields each weight of a model, its form in PyTorch, and its peer."""
    encoder, decoder = model.encoder, model.decoder
    stack, lstm = decoder.deconvolution, decoder.language_model.lstm
    by_filter = functools.partial(rows_by_filter, filters=stack.filters[-1])
    for layers, norms, blocks in (
        (encoder.convolutions, encoder.norms, peer.encoder),
        (stack.deconvolutions, stack.norms, peer.deconvolution),
    ):
        for layer, norm, block in zip(layers, norms, blocks, strict=True):
            yield layer.kernel, np.transpose, block.convolution.weight
            yield norm.gamma, np.array, block.norm.weight
            yield norm.beta, np.array, block.norm.bias
    for dense, linear in (
        (stack.head, peer.auxiliary_head),
        (decoder.language_model.head, peer.head),
    ):
        yield dense.kernel, np.transpose, linear.weight
        yield dense.bias, np.array, linear.bias
    posterior, expand = encoder.posterior, stack.expand
    yield posterior.kernel, lambda w: by_filter(w).T, peer.posterior.weight
    yield posterior.bias, np.array, peer.posterior.bias
    yield expand.kernel, lambda w: by_filter(w.T), peer.expand.weight
    yield expand.bias, by_filter, peer.expand.bias
    if isinstance(peer.lstm, torch.nn.LSTM):
        kernels = peer.lstm.weight_ih_l0, peer.lstm.weight_hh_l0
        bias = peer.lstm.bias_ih_l0
    else:
        kernels = peer.lstm.kernel.weight, peer.lstm.recurrent_kernel.weight
        bias = peer.lstm.norm.bias
        yield lstm.gain, gates, peer.lstm.norm.weight
    for weight, kernel in zip(
        (lstm.kernel, lstm.recurrent_kernel), kernels, strict=True
    ):
        yield weight, lambda w: gates(w).T, kernel
    yield lstm.bias, gates, bias


def without_norm(layer, tokens, features, initial_state, training):
    """Computes an LSTM without layer norm from the weights of a layer."""
    one_hot = tf.one_hot(tokens, layer.input_vocabulary_size)
    inputs = tf.concat([one_hot, features], axis=-1)
    h, c = layer.zero_state(tokens.shape[0])
    outputs = []
    for x in tf.unstack(inputs, axis=1):
        values = x @ layer.kernel + h @ layer.recurrent_kernel + layer.bias
        i, f, o, g = tf.split(values, 4, axis=-1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        outputs.append(h)
    return tf.stack(outputs, axis=1), (h, c)


def make_pair(layer_norm):
    """Returns a model with random weights, and the peer with the same."""
    model = compiled_model(CONFIG, VOCABULARY)
    randomize(model.trainable_weights)
    lstm = model.decoder.language_model.lstm
    peer = TorchTextVAE(CONFIG, VOCABULARY, layer_norm)
    if not layer_norm:
        lstm.call = functools.partial(without_norm, lstm)
        peer.lstm.bias_hh_l0.data.zero_()
    for weight, form, parameter in weight_pairs(model, peer):
        parameter.data.copy_(torch.tensor(form(weight.numpy())))
    return model, peer


def make_texts():
    """Returns tokens of texts of several lengths, padded."""
    rng = np.random.default_rng(1)
    tokens = rng.integers(3, VOCABULARY.size, (5, 9), "int32")
    for row, length in enumerate((0, 3, 5, 8)):
        tokens[row, length:] = END, *np.zeros(8 - length, int)
    return tokens


def make_noise(seed):
    """Returns the noise of z that the model draws from a seed."""
    first, _ = tf.random.experimental.stateless_split(seed, 2, alg="philox")
    return noise.normal((5, CONFIG.model.z_size), first).numpy()


@pytest.mark.parametrize("layer_norm", [False, True])
def test_costs_and_gradients_are_equal(layer_norm):
    model, peer = make_pair(layer_norm)
    tokens = make_texts()
    with tf.GradientTape() as tape:
        costs = model.costs(tf.constant(tokens), SEED, training=True)
        expected = costs["reconstruction"], costs["kl"], costs["auxiliary"]
        total = sum(map(tf.reduce_sum, expected))
    found = peer(torch.tensor(tokens).long(), torch.tensor(make_noise(SEED)))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.detach(), other, 1e-4)
    sum(found).sum().backward()
    weights, forms, parameters = zip(*weight_pairs(model, peer), strict=True)
    gradients = tape.gradient(total, [weight.value for weight in weights])
    for form, gradient, parameter in zip(
        forms, gradients, parameters, strict=True
    ):
        gradient = form(tf.convert_to_tensor(gradient).numpy())
        difference = np.linalg.norm(parameter.grad - gradient)
        assert difference < 1e-3 * np.linalg.norm(gradient)


@pytest.mark.parametrize("layer_norm", [False, True])
def test_numbers_of_parameters_are_equal(layer_norm):
    # nn.LSTM has no gain, but a second bias of the same size.
    model, peer = make_pair(layer_norm)
    expected = sum(np.prod(weight.shape) for weight in model.trainable_weights)
    assert sum(weight.numel() for weight in peer.parameters()) == expected


def test_training_lowers_the_loss_alike(monkeypatch):
    model, peer = make_pair(True)
    trainer = training.Trainer(peer, CONFIG)
    tokens = make_texts()
    for step in range(4):
        drawn = torch.tensor(make_noise(tf.constant([0, step])))
        monkeypatch.setattr(torch, "randn", lambda *_, drawn=drawn: drawn)
        loss = trainer.train_step(tokens)
        costs = model.costs(
            tf.constant(tokens), tf.constant([0, step]), training=True
        )
        expected = model.compute_loss(tokens, y_pred=costs)
        np.testing.assert_allclose(loss, expected, 1e-4)
        model.train_step(tf.constant(tokens))


def test_kl_weight_is_that_of_the_settings():
    objective = CONFIG.objective
    for step in range(12):
        weight = training.kl_weight(objective, step)
        assert weight == pytest.approx(float(kl_weight(objective, step)))


def test_texts_written_are_equal():
    model, peer = make_pair(True)
    # Without other biases, so that texts differ and end at various places.
    bias = 3 * tf.one_hot(END, VOCABULARY.size)
    model.decoder.language_model.head.bias.assign(bias)
    peer.head.bias.data.copy_(torch.tensor(bias.numpy()))
    z = np.random.default_rng(2).normal(size=(20, 4)).astype("float32")
    expected = generate(
        model.decoder, z, VOCABULARY.start, tf.zeros((20, 9)), tf.zeros(20)
    ).numpy()
    assert len({*np.count_nonzero(expected, axis=1)}) > 3
    np.testing.assert_array_equal(write(peer.eval(), torch.tensor(z)), expected)
