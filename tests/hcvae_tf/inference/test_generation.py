"""The choice of the next token, and the loop that generates texts."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from shared import randomize

from hcvae_tf.inference.generation import generate, next_token
from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from pipelines.vocabulary import END, PAD

LOGITS = np.log([0.05, 0.4, 0.1, 0.3, 0.15]).astype("float32")


def draw(count=20_000, temperature=1.0, top_k=5, top_p=1.0):
    uniform = np.random.default_rng(0).random(count, np.float32)
    logits = tf.tile(LOGITS[None], (count, 1))
    temperatures = np.full(count, temperature, "float32")
    return next_token(logits, uniform, temperatures, top_k, top_p).numpy()


@pytest.mark.parametrize(
    ("settings", "shares"),
    [
        ({}, [0.05, 0.4, 0.1, 0.3, 0.15]),
        # Half the temperature squares the probabilities.
        ({"temperature": 0.5}, [0.0025, 0.16, 0.01, 0.09, 0.0225]),
        ({"top_k": 2}, [0, 0.4, 0, 0.3, 0]),
        # 0.4 + 0.3 is below 0.75, so a third token is needed.
        ({"top_p": 0.75}, [0, 0.4, 0, 0.3, 0.15]),
        ({"top_p": 0.75, "top_k": 1}, [0, 1, 0, 0, 0]),
        # Zero as float32.
        ({"top_p": 1e-46}, [0, 1, 0, 0, 0]),
        ({"temperature": 0.0}, [0, 1, 0, 0, 0]),
    ],
)
def test_tokens_are_drawn_with_their_probability(settings, shares):
    counts = np.bincount(draw(**settings), minlength=5)
    shares = np.array(shares) / np.sum(shares)
    assert not counts[shares == 0].any()
    if np.count_nonzero(shares) > 1:
        seen = shares > 0
        expected = shares[seen] * counts.sum()
        assert stats.chisquare(counts[seen], expected).pvalue > 1e-3


@pytest.mark.parametrize("uniform", [0.0, 0.5, np.nextafter(1, 0, dtype="f4")])
def test_every_draw_is_a_valid_token(uniform):
    logits = np.random.default_rng(0).normal(size=(50, 259)).astype("float32")
    for top_p in (0.01, 0.5, 1.0):
        drawn = np.full(50, uniform, "float32")
        ones = np.ones(50, "float32")
        tokens = next_token(logits, drawn, ones, 259, top_p).numpy()
        assert ((tokens >= 0) & (tokens < 259)).all()


@pytest.mark.parametrize(
    "parts", ["hybrid-lstm", "hybrid-bytenet", "conv", "lstm-vae"]
)
def test_the_graph_generates_the_same_as_a_plain_loop(parts, make_model):
    length, batch = 9, 16
    model = make_model(parts, length=length)
    rng = randomize(model.trainable_weights)
    z = rng.normal(size=(batch, model.z_size)).astype("float32")
    uniform = tf.constant(rng.random((batch, length), np.float32))
    settings = (model.start, uniform, tf.ones(batch))
    tokens = tf.function(lambda: generate(model.decoder, z, *settings))()
    expected = np.full((batch, length), PAD)
    for row in range(batch):
        state = model.decoder.initial_state(z[row : row + 1])
        token = tf.constant([model.start])
        for position in range(length):
            logits, state = model.decoder.step(state, token)
            drawn = uniform[row : row + 1, position]
            token = next_token(logits, drawn, tf.ones(1))
            expected[row, position] = token.numpy()[0]
            if expected[row, position] in (PAD, END):
                break
    np.testing.assert_array_equal(tokens, expected)
    assert (expected[:, 1:-1] == END).any()


@pytest.fixture
def trained(make_model, vocabulary):
    return TrainedTextVAE(LocalSignatures(make_model(length=9), vocabulary, 9))


def test_a_text_does_not_depend_on_its_batch(trained):
    z = np.random.default_rng(0).normal(size=(300, 4))
    together = trained.decode(z)
    assert together[250:] == trained.decode(z[250:])
    assert together == trained.decode(z, temperature=0.0, seed=9)
    assert trained.decode(z[:0]) == []
    with pytest.raises(ValueError, match=r"shape \(texts, 4\)"):
        trained.decode(z[:, :3])


def test_spherical_interpolation_keeps_the_norm_of_z(trained):
    seen = []
    trained.decode = lambda z: seen.append(z) or [""] * len(z)
    start, end = np.eye(4, dtype="float32")[:2] * 2
    trained.interpolate(start, end, points=5, spherical=True)
    trained.interpolate(start, end, points=5)
    circle, line = seen
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 2, rtol=1e-5)
    np.testing.assert_allclose(circle[2], [2**0.5, 2**0.5, 0, 0], rtol=1e-5)
    np.testing.assert_allclose(line[2], [1, 1, 0, 0])
    for path in seen:
        np.testing.assert_allclose(path[[0, -1]], [start, end], atol=1e-6)


@pytest.mark.parametrize("scale", [1, 2, 0.3])
def test_between_opposite_vectors_there_is_only_a_straight_line(trained, scale):
    seen = []
    trained.decode = lambda z: seen.append(z) or [""] * len(z)
    start = np.float32([0.3, -1.7, 0.9, 0.1])
    trained.interpolate(start, -scale * start, points=5, spherical=True)
    assert np.abs(seen[0]).max() <= max(1, scale) * np.abs(start).max()


def test_logits_may_be_processed_under_conditions(run_vae):
    """Unlike the project's own functions, a user's is converted."""
    letter = run_vae.signatures.vocabulary.lookup("e")[0]

    def begins_with_e(logits, position):
        if position < 2:
            logits += 1e9 * tf.one_hot(letter, logits.shape[-1])
        return logits

    options = {"temperature": 1.0, "process_logits": begins_with_e}
    for text in run_vae.sample(3, **options):
        assert text.startswith("ee")
