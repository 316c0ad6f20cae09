"""The command that fits a prior, and the commands that use it."""

import contextlib
import io
import json
import shutil

import numpy as np
import pytest
from shared import assert_all_close, command_line, loads, refuses, succeeds

from hcvae_tf import TrainedTextVAE, prior
from hcvae_tf.storage.model_file import has_prior, load_checkpoint
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training import loop


@pytest.fixture(scope="module")
def fitted(tmp_path_factory, finished_run, data_dir):
    """A run with a fitted prior, and what was printed; do not change it."""
    run = tmp_path_factory.mktemp("fitted") / "run"
    shutil.copytree(finished_run, run)
    flags = ("--components", "1,3", "--data-dir", data_dir, "--json")
    printed = io.StringIO()
    with (
        command_line("prior", run, *flags),
        contextlib.redirect_stdout(printed),
    ):
        prior.main()
    return run, json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def fitted_vae(fitted):
    return TrainedTextVAE.load(fitted[0])


@pytest.fixture
def fitted_copy(fitted, tmp_path):
    """A copy of the run, which a test may change."""
    return shutil.copytree(fitted[0], tmp_path / "run")


def evaluated(command, run, data_dir, *flags):
    flags = ("--data-dir", data_dir, "--json", *flags)
    return json.loads(succeeds(command("evaluate", run, *flags)).out)


def test_a_prior_is_stored_and_used(
    command, fitted, fitted_vae, finished_run, run_vae, data_dir
):
    run, measures = fitted
    best = measures["gains"][str(measures["stored"])]
    assert best["nats"] == max(
        gain["nats"] for gain in measures["gains"].values()
    )
    assert best["nats"] > 0
    importance = ("--importance-samples", 3)
    with loads(finished_run, run_vae):
        old = evaluated(command, finished_run, data_dir, *importance)
    normal = evaluated(command, run, data_dir, *importance, "--prior", "normal")
    assert normal == old
    with loads(run, fitted_vae):
        new = evaluated(command, run, data_dir, *importance)
    # All three are measured with other draws.
    for name in ("negative_elbo", "importance_weighted_nll"):
        fall = old[name] - new[name]
        assert fall == pytest.approx(best["nats"], abs=6 * best["error"])
    assert new["reconstruction"] == old["reconstruction"]
    vae, before = fitted_vae, run_vae
    assert vae.sample(20, 1.0) != before.sample(20, 1.0)
    assert TrainedTextVAE.load(run, prior="normal").sample(20, 1.0) == (
        before.sample(20, 1.0)
    )
    assert vae.reconstruct(["so tired"]) == before.reconstruct(["so tired"])


@pytest.mark.slow
def test_an_export_keeps_the_prior(command, fitted, fitted_vae, tmp_path):
    run, vae = fitted[0], fitted_vae
    succeeds(command("export", run, "--to", tmp_path / "models" / "tiny"))
    exported = TrainedTextVAE.load(tmp_path / "models" / "tiny")
    assert exported.sample(20, 1.0) == vae.sample(20, 1.0)
    texts = ["good morning", "so tired"]
    assert_all_close(exported.score(texts), vae.score(texts), rtol=1e-4)
    refuses(
        command("sample", tmp_path / "models" / "tiny", "--prior", "normal"),
        "keeps its prior",
    )


def test_training_further_says_what_becomes_of_the_prior(
    command, fitted_copy, finished_run, monkeypatch
):
    monkeypatch.setattr(loop, "_fit", lambda *_: None)
    resume = ("fit", "--resume", fitted_copy)
    further = succeeds(command(*resume, "--epochs", 9)).err
    assert "until you fit one to it: python -m hcvae_tf.prior" in further
    assert has_prior(RunFolder(fitted_copy).best)
    assert not has_prior(RunFolder(finished_run).best)


def test_latent_vectors_are_drawn_from_the_prior(fitted_vae, monkeypatch):
    signatures = fitted_vae.signatures
    prior = signatures.model.prior
    seen = []
    monkeypatch.setattr(
        signatures, "decode", lambda z, *_: seen.append(z) or {"text": z}
    )
    signatures.sample(np.arange(4_000), np.ones(4_000, np.float32))
    shares = np.exp(prior.log_shares)
    mean = shares @ prior.means.numpy()
    second = shares @ (np.exp(prior.log_variances) + prior.means.numpy() ** 2)
    spread = np.sqrt(second - mean**2)
    np.testing.assert_allclose(
        np.mean(seen[0], axis=0), mean, atol=(5 * spread / np.sqrt(4_000)).max()
    )
    np.testing.assert_allclose(np.std(seen[0], axis=0), spread, rtol=0.1)


@pytest.mark.slow
def test_a_run_can_be_trained_further(command, fitted_copy):
    succeeds(command("fit", "--resume", fitted_copy, "--epochs", 3))
    # The next model has other latent vectors.
    file = RunFolder.open(fitted_copy)
    assert load_checkpoint(file, file.last).prior is None


@pytest.mark.parametrize("text", ["", "0", "1,,2", "1.5", "a", "-3", "1;2"])
def test_impossible_components_are_refused(on_run, text):
    refuses(on_run("prior", "--components", text), "omponents")


def test_more_gaussians_than_texts_are_refused(on_run, data_dir):
    result = on_run("prior", "--components", "999", "--data-dir", data_dir)
    refuses(result, "--components must be at most", "training texts")


def test_a_language_model_has_no_prior(command, language_model_run):
    refuses(command("prior", language_model_run), "without a latent vector")
    for flag in ("--importance-samples", "--reconstructions"):
        result = command("evaluate", language_model_run, flag, 3)
        refuses(result, "without a latent vector", "sample and score")


def test_a_run_without_a_model_to_store_it_with_is_refused(command, run_copy):
    """A training that was stopped in its first epoch leaves such a run."""
    (run_copy / "model.keras").unlink()
    for best in (run_copy / "checkpoints").glob("best*"):
        best.unlink()
    refuses(command("prior", run_copy), "first epoch")
