"""Scales of the experiments: the paper's sizes, and smaller ones."""

import dataclasses

from hcvae_tf.models.config import Config, DataConfig, TrainingConfig
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.presets import PRESETS


@dataclasses.dataclass(frozen=True)
class Scale:
    """Base settings and grids of all experiments."""

    ptb: Config
    """Hybrid on Penn Treebank."""
    ptb_lstm_vae: Config
    """LSTM VAE on Penn Treebank."""
    ptb_lm: Config
    """LSTM language model on Penn Treebank."""
    conv: Config
    """Fully convolutional autoencoder (figure 3)."""
    historyless: Config
    """LSTM autoencoder that sees no previous characters (figure 3)."""
    bytenet: Config
    """Hybrid with masked convolutions (figure 6)."""
    tweets: Config
    """Hybrid on tweets."""
    tweets_lstm_vae: Config
    """LSTM VAE on tweets."""
    tweets_lm: Config
    """LSTM language model on tweets."""
    history_lengths: tuple[int, ...] = (10, 20, 30, 50)
    """Lengths of texts in figure 3, characters."""
    lengths: tuple[int, ...] = (12, 24, 36, 48, 60)
    """Lengths of texts in figure 4 and speed, characters."""
    alphas: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
    """Weights of the auxiliary loss in figure 5."""
    alpha_length: int = 52
    """Length of texts in figure 5, characters."""
    layers: tuple[int, ...] = (1, 2, 3, 5, 7, 10)
    """Numbers of masked convolutions in figure 6."""
    layers_length: int = 56
    """Length of texts in figure 6, characters."""
    samples: int = 1_000
    """Greedy samples whose diversity is measured."""
    judged: int = 200
    """Samples that the slower measures use."""
    importance_texts: int = 500
    """Texts whose importance-weighted cost is estimated."""
    importance_samples: int = 50
    """Latent vectors drawn for each of these texts."""
    latent_texts: int = 5_000
    """Texts on which the use of the latent vector is measured."""
    rounds: int = 20
    """Timed steps of each model (speed)."""

    def configs(self) -> dict[str, Config]:
        """Returns the base settings by name."""
        values = vars(self).items()
        return {name: each for name, each in values if isinstance(each, Config)}


def _paper() -> Scale:
    return Scale(
        ptb=PRESETS["ptb-hybrid"],
        ptb_lstm_vae=PRESETS["ptb-lstm-vae"],
        ptb_lm=PRESETS["ptb-lm"],
        conv=PRESETS["ptb-conv"],
        historyless=PRESETS["ptb-lstm-historyless"],
        bytenet=PRESETS["ptb-bytenet"],
        tweets=PRESETS["tweets-hybrid"],
        tweets_lstm_vae=PRESETS["tweets-lstm-vae"],
        tweets_lm=PRESETS["tweets-lm"],
        history_lengths=(10, 20, 30, 50, 75, 100),
    )


def _adapted(config: Config, data: DataConfig, training: TrainingConfig):
    """Returns the settings with other data and another training.

    The objective is the paper's: the KL weight grows between one sixth and five
    sixths of the steps, alpha is constant.
    """
    steps = training.steps
    objective = Objective(
        alpha=config.objective.alpha,
        kl=config.objective.kl,
        kl_start=steps // 6,
        kl_end=steps * 5 // 6,
    )
    return dataclasses.replace(
        config, data=data, objective=objective, training=training
    )


_SIZES = {
    "z_size": 64,
    "maps": (64, 128),
    "feature_size": 64,
    "encoder_units": 256,
    "decoder_units": 256,
    "bytenet_width": 128,
    # The paper's models have neither.
    "feature_skip": False,
    "shared_embedding": False,
}


def _small() -> Scale:
    training = TrainingConfig(
        epochs=15,
        steps_per_epoch=100,
        learning_rate=2e-3,
        decay=0.8,
        decay_after=10,
        clip_norm=None,
        validation_batches=20,
    )
    longer = dataclasses.replace(training, batch_size=32, steps_per_epoch=160)
    autoencoder = {"kl": "none", "alpha": 0.0}

    def adapted(preset, dataset, training):
        config = PRESETS[preset].replace("model", **_SIZES)
        return _adapted(config, DataConfig(dataset=dataset), training)

    def ptb(preset):
        return adapted(preset, "ptb", training)

    def tweets(preset):
        return adapted(preset, "tweets", longer)

    return Scale(
        ptb=ptb("small"),
        ptb_lstm_vae=ptb("small-lstm-vae"),
        ptb_lm=ptb("small-lm"),
        conv=ptb("small")
        .replace("model", decoder="deconv", z_size=100, maps=(64, 128, 256))
        .replace("objective", **autoencoder),
        historyless=ptb("small-lstm-vae")
        .replace("model", z_size=100, word_dropout=1.0)
        .replace("objective", **autoencoder),
        bytenet=ptb("small-bytenet"),
        tweets=tweets("small"),
        tweets_lstm_vae=tweets("small-lstm-vae"),
        tweets_lm=tweets("small-lm"),
        alphas=(0.1, 0.2, 0.4, 0.6, 0.8, 1.0),
        layers=(1, 2, 3, 6),
    )


def _smoke() -> Scale:
    data = DataConfig(dataset="tweets/synthetic", texts=200)
    training = TrainingConfig(
        batch_size=8,
        epochs=2,
        steps_per_epoch=3,
        validation_batches=2,
        precision="float32",
    )
    tiny = {
        "z_size": 4,
        "maps": (8, 8),
        "feature_size": 8,
        "encoder_units": 8,
        "decoder_units": 8,
        "bytenet_width": 8,
    }
    return Scale(
        **{
            name: _adapted(config, data, training).replace("model", **tiny)
            for name, config in _small().configs().items()
        },
        history_lengths=(10,),
        lengths=(12,),
        alphas=(0.2,),
        alpha_length=12,
        layers=(1,),
        layers_length=12,
        samples=20,
        judged=8,
        importance_texts=8,
        importance_samples=3,
        latent_texts=50,
        rounds=2,
    )


SCALES = {"paper": _paper, "small": _small, "smoke": _smoke}
