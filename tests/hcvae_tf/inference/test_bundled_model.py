"""The bundled model, and the examples that use it."""

import doctest
import json
from pathlib import Path

import numpy as np
import pytest
from drawings import Drawing
from shared import ROOT, call, code_blocks, loads, refuses, succeeds

from hcvae_tf import TrainedTextVAE
from hcvae_tf.inference import trained_text_vae
from hcvae_tf.serving.server_config import write_server_config
from pipelines import builders
from pipelines.errors import UserError
from pipelines.tweets import grammar

FOLDER = ROOT / "saved_models" / "tweets"


@pytest.fixture(autouse=True)
def in_the_repository_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def vae():
    return TrainedTextVAE.load(FOLDER)


def test_the_examples_in_docstrings_are_correct(vae):
    with loads("saved_models/tweets", vae):
        result = doctest.testmod(trained_text_vae)
    assert result.attempted > 20
    assert result.failed == 0


def test_the_example_in_the_readme_runs(capfd, vae):
    blocks = code_blocks("README.md")
    (block,) = (block for block in blocks if "TrainedTextVAE.load(" in block)
    with loads("tweets", vae):
        exec(block, {})
    assert len(capfd.readouterr().out.splitlines()) == 3


def test_the_folder_is_small_and_complete():
    for part in ("2", "run"):
        files = [f for f in (FOLDER / part).rglob("*") if f.is_file()]
        assert 0 < sum(file.stat().st_size for file in files) <= 25e6
    assert (
        FOLDER / "2" / "assets.extra" / "tf_serving_warmup_requests"
    ).exists()
    assert (FOLDER / "README.md").exists()


def test_sampled_texts_differ(capfd):
    result = call(capfd, "hcvae_tf.sample", "saved_models/tweets", "-n", 10)
    assert result.status == 0, result.err
    assert len(set(result.out.splitlines())) >= 9


def test_the_model_has_not_collapsed(vae):
    texts = [
        "happy birthday to my best friend!",
        "so tired of all this rain",
        "good luck",
    ]
    z_mean, _ = vae.encode(texts)
    assert vae.score(texts).kl.min() > 2
    again = vae.reconstruct(texts)
    assert len(set(again)) == 3
    assert "irthday" in again[0]
    assert abs(z_mean[0] - z_mean[1]).max() > 1


def test_english_costs_less_than_shuffled_characters(vae):
    english = ["i love this song so much", "what are you doing tonight?"]
    shuffled = ["v hi tmeu ols onsg uisocehl", "oag hn?ttnio weih aydrg utoa"]
    bits = vae.score([*english, *shuffled]).bits_per_char
    assert bits[:2].max() < 0.7 * bits[2:].min()


def test_the_server_files_are_those_that_export_writes(tmp_path):
    write_server_config(tmp_path, "tweets")
    for file in tmp_path.iterdir():
        assert (FOLDER.parent / file.name).read_text() == file.read_text()


def test_the_run_gives_what_the_export_gives(vae):
    texts = ["good morning", "@someone so tired", "caf\u00e9 \U0001f600"]
    export = TrainedTextVAE.load(FOLDER / "2")
    for one, other in zip(vae.encode(texts), export.encode(texts), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    np.testing.assert_allclose(
        vae.score(texts).negative_elbo,
        export.score(texts).negative_elbo,
        rtol=1e-4,
    )
    assert len(vae.sample(2, temperature=1.0, top_k=5)) == 2
    with pytest.raises(UserError, match="`top_k`"):
        export.sample(2, temperature=1.0, top_k=5)


def test_it_is_found_by_its_name_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert TrainedTextVAE.load("tweets").z_size == 32
    with pytest.raises(UserError, match="neither a run nor an export"):
        TrainedTextVAE.load("facebook")
    # A local folder goes first.
    (tmp_path / "tweets").mkdir()
    with pytest.raises(UserError, match="neither a run nor an export"):
        TrainedTextVAE.load("tweets")


@pytest.fixture
def few_made_up_texts(monkeypatch):
    make = builders._synthetic
    monkeypatch.setattr(
        builders, "_synthetic", lambda data_dir, _: make(data_dir, 200)
    )


@pytest.mark.usefixtures("few_made_up_texts")
def test_made_up_texts_stand_in_for_those_of_its_training(
    tmp_path, capfd, data_dir, monkeypatch, vae
):
    monkeypatch.chdir(tmp_path)
    # Another file that has the name of theirs.
    Path("tweets.tsv.gz").touch()
    calls = {
        "encode": ("--to", "codes"),
        "map": ("--split", "all"),
        "probe": ("--split", "all", "--label", "mood"),
        "evaluate": ("--json",),
    }
    flags = ("tweets", "--data-dir", data_dir)
    with loads("tweets", vae):
        results = {
            name: succeeds(call(capfd, f"hcvae_tf.{name}", *flags, *more))
            for name, more in calls.items()
        }
    for result in results.values():
        (note,) = (n for n in result.err.splitlines() if n.startswith("note:"))
        for words in ("made-up", "tweets/synthetic", "model card"):
            assert words in note
        assert "--data-file" in note
    # The validation texts, from the grammar itself.
    samples = list(grammar.sample(20, seed=1))
    rows = Path("codes/texts.tsv").read_text().splitlines()[1:]
    found = [tuple(row.split("\t")) for row in rows]
    assert sorted(found) == sorted((s.topic, s.text) for s in samples)
    z_mean, _ = vae.encode([text for _, text in found])
    np.testing.assert_allclose(np.load("codes/z_mean.npy"), z_mean, atol=1e-4)
    topics = {topic for topic, _ in found}
    assert topics <= {*Drawing("map.svg").legend}
    assert "240 texts" in results["probe"].out
    assert json.loads(results["evaluate"].out)["texts"] == 20


def test_no_prior_is_fitted_to_made_up_texts(data_dir, capfd):
    result = call(capfd, "hcvae_tf.prior", "tweets", "--data-dir", data_dir)
    refuses(result, "is not there", "--data-file")


@pytest.mark.slow
def test_commands_for_runs_take_it(tmp_path, capfd):
    file = tmp_path / "mine.tsv"
    rows = [f"{'up' if n % 2 else 'down'}\ttext {n}" for n in range(20)]
    file.write_text("\n".join(rows))
    for command, flags in {
        "encode": ["--to", tmp_path / "codes"],
        "map": ["--to", tmp_path / "map.svg"],
        "probe": [],
        "evaluate": ["--json"],
    }.items():
        result = call(
            *(capfd, f"hcvae_tf.{command}", "saved_models/tweets", *flags),
            *("--data-file", file, "--data-dir", tmp_path / "data"),
        )
        assert result.status == 0, result.err
    assert (tmp_path / "codes" / "z_mean.npy").exists()
