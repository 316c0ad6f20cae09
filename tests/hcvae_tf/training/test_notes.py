"""Notes about trainings that are likely to be mistakes."""

from types import SimpleNamespace

import pytest
from shared import ROOT

from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import PRESETS
from hcvae_tf.training.notes import against_learning_by_heart, notes

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


@pytest.fixture
def corpus():
    """A corpus of 1,000 texts, as far as a note needs one."""
    return SimpleNamespace(texts_per_pass=lambda length: 1_000.0)


def test_a_training_that_ends_too_early_or_reads_too_often_is_noted(corpus):
    config = Config().replace(
        "training", epochs=3, steps_per_epoch=100, batch_size=10
    )
    grows = config.replace("objective", kl_start=100, kl_end=300)
    assert not [*notes(grows, corpus)]
    (note,) = notes(grows.replace("objective", kl_end=301), corpus)
    assert "1 from step 301 on, but training ends at step 300" in note
    assert "--kl-start 0.25 --kl-end 0.75" in note
    # From a floor of 0.3 it is 1 after 0.7 of the way.
    floor = grows.replace("objective", kl_start=0, kl_end=400, kl_floor=0.3)
    assert not [*notes(floor, corpus)]
    (note,) = notes(floor.replace("objective", kl_end=500), corpus)
    assert "1 from step 350 on" in note
    (note,) = notes(grows.replace("training", batch_size=80), corpus)
    assert "each of the 1,000 training texts is read 24 times" in note
    assert "--word-dropout" in note


def test_limits_of_a_kl_that_does_not_count_are_noted(corpus):
    config = Config().replace(
        "training", epochs=1, steps_per_epoch=100, batch_size=10
    )
    config = config.replace("objective", kl="none", min_rate=10.0)
    (note,) = notes(config, corpus)
    assert "--min-rate has no effect" in note
