"""The model that comes along, and the examples that use it."""

import doctest
import re
from pathlib import Path

import pytest
from shared import call

from hcvae_tf import TrainedTextVAE
from hcvae_tf.inference import trained_text_vae
from hcvae_tf.serving.server_config import write_server_config

ROOT = Path(__file__).parents[3]
BOX = ROOT / "saved_models" / "tweets"


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def vae():
    return TrainedTextVAE.load(BOX)


def test_the_examples_of_the_docstrings():
    result = doctest.testmod(trained_text_vae)
    assert result.attempted > 20
    assert result.failed == 0


def test_the_readme_s_python(capfd):
    blocks = re.findall(
        r"```python\n(.*?)```", Path("README.md").read_text(), re.S
    )
    (block,) = (block for block in blocks if "saved_models/tweets" in block)
    exec(block, {})
    assert len(capfd.readouterr().out.splitlines()) == 3


def test_it_is_small():
    files = [file for file in BOX.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 25e6
    assert (BOX / "1" / "assets.extra" / "tf_serving_warmup_requests").exists()
    assert (BOX / "README.md").exists()


def test_it_writes_tweets(capfd):
    result = call(capfd, "hcvae_tf.sample", "saved_models/tweets", "-n", 10)
    assert result.status == 0, result.err
    assert len(set(result.out.splitlines())) >= 9


def test_it_has_not_collapsed(vae):
    texts = [
        "happy birthday my dear!",
        "so tired of all this rain",
        "good luck",
    ]
    z_mean, _ = vae.encode(texts)
    assert vae.score(texts).kl.min() > 2
    again = vae.reconstruct(texts)
    assert len(set(again)) == 3
    assert "irthday" in again[0]
    assert abs(z_mean[0] - z_mean[1]).max() > 1


def test_it_knows_english(vae):
    english = ["i love this song so much", "what are you doing tonight?"]
    shuffled = ["v hi tmeu ols onsg uisocehl", "oag hn?ttnio weih aydrg utoa"]
    bits = vae.score([*english, *shuffled]).bits_per_char
    assert bits[:2].max() < 0.7 * bits[2:].min()


def test_the_settings_of_a_server_are_what_export_writes(tmp_path):
    write_server_config(tmp_path, "tweets")
    for file in tmp_path.iterdir():
        assert (BOX.parent / file.name).read_text() == file.read_text()
