"""Ranges of the settings to search, from the command line."""

import pytest

from hcvae_tf.models.presets import PRESETS, preset
from pipelines.errors import UserError
from tuner.ranges import SEARCHED, Range, choose_ranges, take_ranges


def test_take_ranges_removes_ranges_and_keeps_values():
    args = [
        *("--dataset", "ptb", "--z-size", "16:64", "--maps", "32", "64"),
        *("--alpha=0.1:0.5", "--decoder_units", "200", "--trials", "3"),
    ]
    rest, named = take_ranges(args)
    assert rest == [
        *("--dataset", "ptb", "--maps", "32", "64"),
        *("--decoder_units", "200", "--trials", "3"),
    ]
    assert named == {
        "z_size": Range(16, 64),
        "maps": None,
        "alpha": Range(0.1, 0.5),
        "decoder_units": None,
    }


@pytest.mark.parametrize(
    "flag",
    [
        *("--z-size=64:16", "--z-size=0:16", "--z-size=:16", "--z-size=1:2.5"),
        *("--alpha=-1:1", "--alpha=a:b", "--alpha=0:inf", "--alpha=nan:1"),
        *("--learning-rate=0:1", "--kl-end=5:5"),
    ],
)
def test_bad_ranges_are_refused(flag):
    with pytest.raises(UserError, match=flag.split("=")[0]):
        take_ranges([flag])


def test_values_fix_settings_and_defaults_go_from_half_to_twice():
    chosen = choose_ranges(
        preset("small"), {"z_size": None, "maps": Range(8, 24)}
    )
    assert chosen == {
        "alpha": Range(0.01, 1.0),
        "maps": Range(8, 24),
        "decoder_units": Range(192, 768),
    }


@pytest.mark.parametrize("name", PRESETS)
def test_only_settings_of_the_model_vary(name):
    settings = preset(name)
    chosen = choose_ranges(settings, {})
    model = settings.model
    assert ("alpha" in chosen) == (model.decoder == "hybrid")
    assert ("z_size" in chosen) == (model.encoder != "none")
    assert ("encoder_units" in chosen) == (model.encoder == "lstm")
    bytenet = model.decoder == "hybrid" and model.language_model == "bytenet"
    assert ("bytenet_width" in chosen) == bytenet
    more = ["vocabulary_size"] if settings.data.subwords else []
    for absent in SEARCHED.keys() - chosen:
        if absent not in ("learning_rate", "feature_size", "kl_end", *more):
            with pytest.raises(UserError, match="no effect"):
                choose_ranges(settings, {absent: Range(1, 2)})


def test_a_search_without_ranges_is_refused():
    fixed = dict.fromkeys(SEARCHED)
    with pytest.raises(UserError, match="nothing varies"):
        choose_ranges(preset("small"), fixed)
