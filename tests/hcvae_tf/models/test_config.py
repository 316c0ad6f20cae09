"""Settings: reading them from JSON, and errors for invalid ones."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcvae_tf.models.config import (
    Config,
    DataConfig,
    ModelConfig,
    TrainingConfig,
)
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.presets import PRESETS
from pipelines.errors import UserError

POSITIVE = st.floats(1e-6, 1e6)
SIZES = st.integers(1, 4096)


@given(
    st.builds(
        Config,
        data=st.builds(
            DataConfig,
            data_file=st.none() | st.text(),
            length=st.none() | st.integers(2, 999),
        ),
        model=st.builds(
            ModelConfig,
            encoder=st.sampled_from(["conv", "lstm"]),
            maps=st.lists(SIZES, min_size=1, max_size=5).map(tuple),
            z_size=SIZES,
        ),
        objective=st.builds(
            Objective,
            alpha=st.floats(0, 10),
            kl_floor=st.none() | st.floats(0, 1),
        ),
        training=st.builds(TrainingConfig, clip_norm=st.none() | POSITIVE),
    )
)
def test_written_settings_are_read_unchanged(config):
    assert Config.from_json(config.to_json(), "file") == config


def test_missing_settings_have_their_defaults():
    assert Config.from_json("{}", "file") == Config()
    config = Config.from_json('{"training": {"learning_rate": 1}}', "file")
    assert config == Config(training=TrainingConfig(learning_rate=1.0))
    assert isinstance(config.training.learning_rate, float)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ([], "is not a settings file"),
        ({"model": {"heads": 8}}, "unknown setting 'heads'"),
        ({"modle": {}}, "'modle'"),
        ({"model": 3}, "model cannot be 3"),
        ({"model": {"z_size": "many"}}, "z_size cannot be 'many'"),
        ({"model": {"z_size": True}}, "z_size cannot be True"),
        ({"model": {"maps": 8}}, "maps cannot be 8"),
        ({"model": {"maps": [8, "x"]}}, "maps cannot be 'x'"),
        ({"model": {"encoder": "transformer"}}, "encoder cannot be"),
        ({"data": {"data_file": 7}}, "data_file cannot be 7"),
        ({"training": {"seed": None}}, "seed cannot be None"),
        ({"training": {"learning_rate": "fast"}}, "learning_rate"),
        ({"objective": {"alpha": -1}}, "`alpha` must be 0 or above"),
        ({"data": {"length": 1}}, "`length` must be at least 2 characters"),
        (
            {"data": {"length": 7, "units": "subwords"}},
            "`length` must be at least 8 subwords",
        ),
    ],
)
def test_invalid_settings_are_reported_with_file_and_name(settings, words):
    with pytest.raises(UserError) as error:
        Config.from_json(json.dumps(settings), "my.json")
    assert str(error.value).startswith("my.json")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_older_settings_do_not_group_texts_by_length():
    older = PRESETS["small"].to_dict()
    del older["training"]["group_by_length"]
    training = Config.from_json(json.dumps(older), "config.json").training
    assert not training.group_by_length


def test_invalid_settings_cannot_be_constructed():
    for make in (
        lambda: Objective(kl="cyclic"),
        lambda: Objective(kl_start=5, kl_end=5),
        lambda: Objective(alpha=float("nan")),
        lambda: ModelConfig(encoder="none"),
        lambda: ModelConfig(maps=()),
        lambda: DataConfig(length=1),
        lambda: TrainingConfig(batch_size=0),
        lambda: Config().replace("objective", free_bits=-1.0),
    ):
        with pytest.raises(ValueError, match="`"):
            make()
