"""Files saved by version 0.1.0 load, and their models compute the same.

The archive contains a run of two epochs, its export, a model of each kind and
the results of version 0.1.0 itself with them (commit 1d2a61a).
"""

import json
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from shared import PARTS, call

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.layers import noise
from hcvae_tf.storage.model_file import load_model

ARCHIVE = Path(__file__).parent / "saved_by_0.1.0.tar.gz"


@pytest.fixture(scope="module")
def saved(tmp_path_factory, data_dir):
    folder = tmp_path_factory.mktemp("saved")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    config = folder / "run" / "config.json"
    old, new = '"/tmp/legacy/data"', json.dumps(str(data_dir))
    assert old in config.read_text()
    config.write_text(config.read_text().replace(old, new))
    return folder


@pytest.fixture(autouse=True)
def noise_of_0_1_0(monkeypatch):
    """Later versions draw their noise in another way."""

    def normal(shape, seed):
        return tf.random.stateless_normal(shape, seed, alg="philox")

    monkeypatch.setattr(noise, "normal", normal)


@pytest.mark.parametrize("folder", ["run", "saved_models/tiny"])
def test_a_saved_run_or_export_computes_the_same(saved, folder):
    answers = json.loads((saved / "answers.json").read_text())
    texts = answers["texts"]
    trained = TrainedTextVAE.load(saved / folder)
    z_mean = trained.encode(texts)[0]
    np.testing.assert_allclose(z_mean, answers["z_mean"], atol=1e-5)
    cost = trained.score(texts).negative_elbo
    np.testing.assert_allclose(cost, answers["negative_elbo"], rtol=1e-5)
    assert trained.sample(3, temperature=0.7, seed=1) == answers["sample"]
    if folder == "run":
        drawn = trained.sample(2, temperature=1.0, top_p=0.9, seed=1)
        assert drawn == answers["top_p"]


@pytest.mark.slow
def test_a_resumed_run_continues_with_the_same_costs(saved, tmp_path, capfd):
    """Except the last digits, which differ between processors."""
    run = shutil.copytree(saved / "run", tmp_path / "run")
    result = call(capfd, "hcvae_tf.fit", "--resume", run, "--epochs", 3)
    assert result.status == 0, result.err
    head, *_, last = (run / "log.csv").read_text().splitlines()
    row = dict(zip(head.split(","), last.split(","), strict=True))
    assert (row["epoch"], row["step"]) == ("3", "12")
    assert float(row["loss"]) == pytest.approx(314.38275146484375, rel=1e-4)
    cost = float(row["val_negative_elbo"])
    assert cost == pytest.approx(178.25897216796875, rel=1e-4)


@pytest.mark.parametrize("parts", PARTS)
def test_a_saved_model_of_each_kind_computes_the_same(saved, parts):
    expected = json.loads((saved / "models" / "costs.json").read_text())
    model = load_model(saved / "models" / f"{parts}.keras")
    tokens = tf.constant(expected["tokens"])
    costs = model.costs(tokens, tf.constant([1, 2]))
    assert costs.keys() == expected["costs"][parts].keys()
    for name, values in expected["costs"][parts].items():
        np.testing.assert_allclose(costs[name], values, rtol=1e-4, atol=1e-5)
    assert model.steps_done == 1
    model.train_step(tokens)
