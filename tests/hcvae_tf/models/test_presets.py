"""The presets: sizes, flags and documentation."""

import functools
import re

import pytest
from shared import ROOT

from hcvae_tf.fit import read_command
from hcvae_tf.models.build import build_model
from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import NOTES, PRESETS
from pipelines.errors import UserError
from pipelines.vocabulary import SubwordVocabulary, Vocabulary

README = ROOT / "README.md"


@functools.cache
def count_parameters(name):
    config = PRESETS[name]
    if config.data.dataset == "ptb":
        vocabulary = Vocabulary(bytes(range(50)))
        config = config.replace("data", length=60)
    elif config.data.subwords:
        # One for each id after three special ones and the bytes.
        count = config.data.subwords - 259
        pieces = {f"{number:04}": -1 for number in range(count)}
        vocabulary = SubwordVocabulary(pieces)
        config = config.replace("data", length=64)
    else:
        vocabulary = Vocabulary()
        config = config.replace("data", length=128)
    return build_model(config, vocabulary).count_params()


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


@pytest.mark.parametrize(
    "flag", [("--units", "characters"), ("--units=characters",)]
)
def test_characters_need_no_size_of_subwords(flag):
    command = read_command(["--preset", "medium", *flag])
    assert command.settings == PRESETS["medium-characters"]
    with pytest.raises(UserError, match="vocabulary_size"):
        read_command(["--vocabulary-size", "4000", *flag])


@pytest.mark.parametrize("units", ["characters", "subwords"])
def test_settings_for_other_tokens_keep_no_number_of_tokens(tmp_path, units):
    """Of a run: as many subwords hold other parts of the texts."""
    file = tmp_path / "config.json"
    start = PRESETS["small"].replace("data", vocabulary_size=900, length=20)
    file.write_text(start.to_json())
    flags = ["--config", str(file), "--units", units]
    data = read_command(flags).settings.data
    kept = (900, 20) if units == "subwords" else (None, None)
    assert (data.vocabulary_size, data.length) == kept
    assert read_command([*flags, "--length", "30"]).settings.data.length == 30


def test_the_presets_of_the_paper_take_texts_as_shuffled():
    for name, config in PRESETS.items():
        own = name.startswith(("small", "medium"))
        assert config.training.group_by_length == own, name


ROW = re.compile(r"^\| `(.+)` \| (.+) \| ([\d.]+)M \| (.+) \|$", re.MULTILINE)


def test_the_readme_has_the_notes_of_the_presets():
    rows = ROW.findall(README.read_text())
    assert {name: (use, time) for name, use, _, time in rows} == NOTES
    assert NOTES.keys() == PRESETS.keys()


@pytest.mark.parametrize("name", PRESETS)
def test_the_readme_states_the_size(name):
    sizes = {name: size for name, _, size, _ in ROW.findall(README.read_text())}
    size = count_parameters(name) / 1e6
    assert float(sizes[name]) == pytest.approx(size, abs=0.0051)


def test_a_name_that_is_no_preset_is_refused_with_those_that_are():
    with pytest.raises(UserError) as error:
        read_command(["--preset", "best"])
    for name in PRESETS:
        assert name in str(error.value)
