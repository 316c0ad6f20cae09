"""Answers do not depend on the batches in which texts are processed."""

import numpy as np
import pytest

TEXTS = ["so tired " * (7 * number % 5) + str(number) for number in range(20)]


@pytest.fixture
def batches(run_vae, monkeypatch):
    """Lets the model take at most 8 texts at once; returns their lengths."""
    original, lengths = type(run_vae.signatures).__call__, []

    def call(self, name, inputs, **options):
        lengths.append([len(text) for text in inputs["text"]])
        return original(self, name, inputs, **options)

    monkeypatch.setattr(type(run_vae.signatures), "rows", 8)
    monkeypatch.setattr(type(run_vae.signatures), "__call__", call)
    return lengths


def test_texts_of_like_length_share_a_batch(run_vae, batches):
    run_vae.score(TEXTS)
    assert [len(each) for each in batches] == [8, 8, 4]
    assert [n for each in batches for n in each] == sorted(map(len, TEXTS))


def test_costs_and_latent_vectors_keep_the_order(run_vae, batches):
    z_mean, _ = run_vae.encode(TEXTS)
    costs = run_vae.score(TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(
            run_vae.encode([text])[0][0], z_mean[row], atol=1e-5
        )
        for alone, together in zip(run_vae.score([text]), costs, strict=True):
            np.testing.assert_allclose(alone[0], together[row], rtol=1e-5)


def test_written_texts_keep_their_seeds(run_vae, batches, monkeypatch):
    written = run_vae.reconstruct(TEXTS, temperature=1.0, seed=3)
    monkeypatch.setattr(type(run_vae.signatures), "rows", 256)
    assert run_vae.reconstruct(TEXTS, temperature=1.0, seed=3) == written
    # The seed of a row depends on its index.
    assert (
        run_vae.reconstruct(TEXTS[:3], temperature=1.0, seed=3) == (written[:3])
    )
