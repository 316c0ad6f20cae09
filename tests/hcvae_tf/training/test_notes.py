"""The advice against a model that learns its texts by heart."""

import pytest
from shared import ROOT

from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import PRESETS
from hcvae_tf.training.notes import against_learning_by_heart

FILE = ROOT / "saved_models" / "tweets" / "run" / "config.json"
BUNDLED = Config.from_json(FILE.read_text(), str(FILE))


@pytest.mark.parametrize("preset", ["small", "small-characters"])
def test_the_bundled_model_is_named_if_it_reads_the_same_units(preset):
    config = PRESETS[preset].replace("data", dataset="lines")
    named = "--from tweets" in against_learning_by_heart(config)
    assert named == (config.data.units == BUNDLED.data.units)


def test_windows_and_begun_trainings_are_not_sent_to_it():
    lines = PRESETS["small"].replace("data", dataset="lines")
    for config in (
        lines.replace("data", dataset="ptb"),
        lines.replace("training", source="tweets"),
    ):
        assert "--from tweets" not in against_learning_by_heart(config)
