"""The presets: the configurations of the paper, and small ones for a CPU.

Sizes and schedules of the paper's presets are those of [Semeniuta et al.,
2017](https://arxiv.org/abs/1702.02390) and its released code. Sections,
figures and tables named here are those of the paper.
"""

import dataclasses
from typing import NamedTuple

from hcvae_tf.models.config import (
    Config,
    DataConfig,
    ModelConfig,
    TrainingConfig,
)
from hcvae_tf.models.objective import Objective
from pipelines.errors import UserError

# Penn Treebank, sections 4.1 and 4.2: batches of 64; the KL weight grows over
# steps 1,000 to 8,000 (10,000 to 17,000 for the LSTM baseline).
_PTB = Config(
    data=DataConfig(dataset="ptb"), training=TrainingConfig(clip_norm=None)
)
_PTB_LSTM_VAE = Config(
    data=DataConfig(dataset="ptb"),
    model=ModelConfig(
        encoder="lstm", decoder="lstm", z_size=100, word_dropout=0.2
    ),
    objective=Objective(alpha=0.0, kl_start=10_000, kl_end=17_000),
)

# Tweets, section 4.3.
_TWEETS = Config(
    model=ModelConfig(
        z_size=100,
        maps=(128, 256, 512, 512, 512),
        encoder_units=1_000,
        decoder_units=1_000,
    ),
    objective=Objective(kl_start=50_000, kl_end=60_000),
    training=TrainingConfig(batch_size=32, decay_after=70, clip_norm=None),
)
_TWEETS_LSTM_VAE = (
    _TWEETS.replace("model", encoder="lstm", decoder="lstm", word_dropout=0.2)
    .replace("objective", alpha=0.0)
    .replace("training", clip_norm=100.0)
)

# docs/recipes.md compares it with others. z holds a minimum of nats, so the KL
# weight can be high from the start, and alpha can fall; the bag makes it say
# what a text is about.
_RECIPE = Objective(
    kl_start=0.0,
    kl_end=0.3,
    kl_floor=0.3,
    alpha_final=0.25,
    alpha_end=0.7,
    # Texts that were not trained on hold up to 0.3 less.
    min_rate=10.5,
    bag=1.0,
)
# Two CPU cores train a first useful model in 5 to 20 minutes.
_SMALL = Config(
    data=DataConfig(units="subwords"),
    model=ModelConfig(
        z_size=32,
        maps=(32, 64),
        feature_size=32,
        encoder_units=256,
        decoder_units=384,
        bytenet_width=128,
        feature_skip=True,
        shared_embedding=True,
    ),
    objective=_RECIPE,
    training=TrainingConfig(
        batch_size=32,
        group_by_length=True,
        batch_statistics=0.5,
        epochs=12,
        steps_per_epoch=600,
        learning_rate=8e-3,
        schedule="linear",
    ),
)
# One to two hours on a CPU.
_MEDIUM = Config(
    data=DataConfig(units="subwords", vocabulary_size=8_000),
    model=ModelConfig(
        z_size=32,
        maps=(64, 128),
        feature_size=64,
        decoder_units=512,
        feature_skip=True,
        shared_embedding=True,
    ),
    objective=dataclasses.replace(_RECIPE, min_rate=12.5),
    training=TrainingConfig(
        batch_size=32,
        group_by_length=True,
        batch_statistics=0.5,
        epochs=24,
        steps_per_epoch=1_900,
        learning_rate=6e-3,
        schedule="linear",
    ),
)
_SMALL_LSTM_VAE = _SMALL.replace(
    "model",
    encoder="lstm",
    decoder="lstm",
    word_dropout=0.2,
    feature_skip=False,
    shared_embedding=False,
)
# z may be as unused as it is in the paper.
_SMALL_LSTM_VAE = dataclasses.replace(
    _SMALL_LSTM_VAE, objective=Objective(alpha=0.0, kl_start=0.25, kl_end=0.75)
)

_NO_KL = {"kl": "none", "alpha": 0.0}
_NO_LATENT = {"encoder": "none", "decoder": "lstm", "word_dropout": 0.0}

PRESETS: dict[str, Config] = {
    "small": _SMALL,
    "medium": _MEDIUM,
    "small-characters": _SMALL.replace("data", units="characters"),
    "medium-characters": _MEDIUM.replace(
        "data", units="characters", vocabulary_size=None
    ),
    "small-bytenet": _SMALL.replace("model", language_model="bytenet"),
    "small-lstm-vae": _SMALL_LSTM_VAE,
    "small-lm": _SMALL_LSTM_VAE.replace("model", **_NO_LATENT),
    # Figures 4 and 5.
    "ptb-hybrid": _PTB,
    "ptb-lstm-vae": _PTB_LSTM_VAE,
    # Figure 3: no history and no KL term. For texts of 60 tokens both have
    # about the same number of parameters; for other lengths adapt
    # --decoder-units.
    "ptb-conv": _PTB.replace(
        "model", decoder="deconv", z_size=100, maps=(128, 256, 512)
    ).replace("objective", **_NO_KL),
    "ptb-lstm-historyless": _PTB_LSTM_VAE.replace(
        "model", word_dropout=1.0
    ).replace("objective", **_NO_KL),
    # Figure 6.
    "ptb-bytenet": _PTB.replace("model", language_model="bytenet"),
    "ptb-lm": _PTB_LSTM_VAE.replace("model", **_NO_LATENT),
    # Table 3.
    "tweets-hybrid": _TWEETS,
    "tweets-lstm-vae": _TWEETS_LSTM_VAE,
    "tweets-lm": _TWEETS_LSTM_VAE.replace("model", **_NO_LATENT),
}


class Size(NamedTuple):
    """A preset for `fit --minutes`.

    Attributes:
        preset: its name.
        steps: fewest steps with which it is taken for better than a smaller
            one. That of `medium` was not measured.
        cost: time of a step, that of the smallest one is 1: of `medium` 1.8
            with products in bfloat16, 2.3 in float32.
    """

    preset: str
    steps: int
    cost: float


SIZES = (Size("small", 0, 1.0), Size("medium", 30_000, 2.0))
"""From small to large; schedules are those of the presets, as shares."""


class PresetNote(NamedTuple):
    """What to know about a preset before its settings.

    Attributes:
        use: what the preset is for.
        time: about how long it trains on two CPU cores.
    """

    use: str
    time: str


NOTES: dict[str, PresetNote] = {
    "small": PresetNote("hybrid with LSTM 384 for any data", "5 to 20 minutes"),
    "medium": PresetNote(
        "hybrid with LSTM 512 and 8,000 subwords", "1 to 2 hours"
    ),
    "small-characters": PresetNote(
        "small on characters in place of subwords", "5 to 20 minutes"
    ),
    "medium-characters": PresetNote(
        "medium on characters in place of subwords", "1 to 2 hours"
    ),
    "small-bytenet": PresetNote(
        "hybrid with three masked convolutions", "5 to 20 minutes"
    ),
    "small-lstm-vae": PresetNote(
        "LSTM VAE with input dropout 0.2, for comparison", "5 to 20 minutes"
    ),
    "small-lm": PresetNote(
        "LSTM language model without a latent vector, for comparison",
        "5 to 20 minutes",
    ),
    "ptb-hybrid": PresetNote(
        "the paper's hybrid with LSTM 500 (figures 4 and 5)", "6 hours"
    ),
    "ptb-lstm-vae": PresetNote("the paper's LSTM VAE (figure 4)", "8 hours"),
    "ptb-conv": PresetNote(
        "fully convolutional autoencoder (figure 3)", "2 hours"
    ),
    "ptb-lstm-historyless": PresetNote(
        "LSTM autoencoder that sees no history (figure 3)", "8 hours"
    ),
    "ptb-bytenet": PresetNote(
        "hybrid with masked convolutions (figure 6)", "6 hours"
    ),
    "ptb-lm": PresetNote("LSTM 500 language model", "4 hours"),
    "tweets-hybrid": PresetNote(
        "the paper's hybrid with LSTM 1000 (table 3)", "a day"
    ),
    "tweets-lstm-vae": PresetNote("the paper's LSTM VAE (table 3)", "a day"),
    "tweets-lm": PresetNote("LSTM 1000 language model", "half a day"),
}


def preset(name: str) -> Config:
    """Returns the preset with a name.

    Raises:
        UserError: if the name is unknown.
    """
    if name not in PRESETS:
        raise UserError(
            f"unknown preset {name!r}; choose one of {', '.join(PRESETS)}"
        )
    return PRESETS[name]
