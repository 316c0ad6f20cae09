"""The presets: sizes, flags and documentation."""

import dataclasses
import re
from pathlib import Path

import pytest
from shared import ROOT

from hcvae_tf import fit
from hcvae_tf.fit import Fit, read_command
from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import PRESETS
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary

README = ROOT / "README.md"


def count_parameters(name):
    config = PRESETS[name]
    if config.data.dataset == "ptb":
        vocabulary = Vocabulary(bytes(range(50)))
        config = config.replace("data", length=60)
    else:
        vocabulary = Vocabulary()
        config = config.replace("data", length=128)
    return compiled_model(config, vocabulary).count_params()


@pytest.mark.parametrize(
    ("name", "paper"), [("tweets-hybrid", 10.8e6), ("tweets-lstm-vae", 10.5e6)]
)
def test_tweet_models_have_the_sizes_of_the_paper(name, paper):
    assert count_parameters(name) == pytest.approx(paper, rel=0.04)


def test_figure_3_compares_models_of_equal_size():
    conv, lstm = (
        count_parameters(name) for name in ("ptb-conv", "ptb-lstm-historyless")
    )
    assert conv == pytest.approx(lstm, rel=0.1)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_can_be_written_read_and_chosen(name):
    config = PRESETS[name]
    assert Config.from_json(config.to_json(), "file") == config
    assert read_command(["--preset", name]).settings == config


def test_a_flag_changes_only_its_own_setting():
    settings = read_command(["--preset", "ptb-bytenet", "--alpha", "0"])
    expected = PRESETS["ptb-bytenet"].replace("objective", alpha=0.0)
    assert settings.settings == expected


@pytest.mark.parametrize("name", PRESETS)
def test_help_and_readme_name_the_preset(name):
    fields = dataclasses.fields(Fit)
    assert fields[0].name == "preset"
    source = Path(fit.__file__).read_text()
    assert re.search(rf"\b{name}[,.]", source)
    assert f"| `{name}` |" in README.read_text()


def test_the_readme_states_the_sizes():
    for name in PRESETS:
        row = re.search(rf"\| `{name}` \|.*\| ([\d.]+)M \|", README.read_text())
        assert float(row[1]) == pytest.approx(
            count_parameters(name) / 1e6, abs=0.0051
        )
