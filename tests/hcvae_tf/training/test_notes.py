"""Notes about trainings, and what helps against learning by heart."""

import pytest
from shared import ROOT, small_config

from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import PRESETS
from hcvae_tf.training.notes import against_learning_by_heart, notes
from pipelines.load import load

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


def test_few_texts_and_a_short_training_are_noted(data_dir):
    corpus = load("tweets/synthetic", texts=200, data_dir=str(data_dir))
    config = small_config(
        length=48,
        objective={"kl_start": 100, "kl_end": 200},
        training={"epochs": 2, "steps_per_epoch": 25, "batch_size": 100},
    )
    text = "\n".join(notes(config, corpus))
    assert "training ends at step 50" in text
    assert "--kl-start 0.25 --kl-end 0.75" in text
    assert "is read 25 times" in text
    assert "--word-dropout" in text
