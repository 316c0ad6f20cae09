"""All settings of a run, a part a dataclass.

Their fields are the flags of `fit` and the keys of `config.json`, and the
texts below them are the flags' help.
"""

import dataclasses
import json
from typing import Any, Literal

from hcvae_tf.models.json_dataclass import from_plain
from hcvae_tf.models.objective import Objective
from pipelines.checks import (
    require_at_least_0,
    require_positive,
    require_seed,
    require_share,
)
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """What the model is trained on."""

    dataset: str = "tweets"
    """ptb, tweets, tweets/sentiment140, tweets/synthetic, or lines."""
    data_file: str | None = None
    """Your own .txt, .txt.gz, .tsv or .tsv.gz, one text a line; or several, by
    a pattern such as 'part-*.tsv'."""
    data_dir: str | None = None
    """Where prepared data lies (default: that of tensorflow-datasets)."""
    texts: int | None = None
    """How many texts tweets/synthetic has for training."""
    length: int | None = None
    """Characters (bytes) of a sample (default: 60 for ptb, else 128)."""

    def __post_init__(self):
        require_positive(length=self.length, texts=self.texts)
        if self.length == 1:
            raise UserError("`length` must be at least 2, not 1")


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """The parts of the model and their sizes."""

    encoder: Literal["conv", "lstm", "none"] = "conv"
    """none: no latent vector, a plain language model."""
    decoder: Literal["hybrid", "deconv", "lstm"] = "hybrid"
    """hybrid: a deconvolution with a language model on top."""
    language_model: Literal["lstm", "bytenet"] = "lstm"
    """What stands on top of the deconvolution in the hybrid."""
    z_size: int = 50
    """Width of the latent vector."""
    maps: tuple[int, ...] = (128, 256)
    """Filters of the convolutions; the deconvolution mirrors them."""
    feature_size: int = 200
    """Filters of the last deconvolution."""
    encoder_units: int = 500
    """Size of the LSTM encoder."""
    decoder_units: int = 500
    """Size of the LSTM in the decoder."""
    bytenet_layers: int = 3
    """Masked convolutions; they see this many characters and one more."""
    bytenet_width: int = 256
    """Filters of the masked convolutions."""
    mean_spread: float = 0.0
    """Standard deviation over a batch that every latent mean is normalised
    to; 0: not normalised."""
    word_dropout: float = 0.0
    """Probability of hiding each previous character; 1: no history."""

    def __post_init__(self):
        require_positive(
            z_size=self.z_size,
            feature_size=self.feature_size,
            encoder_units=self.encoder_units,
            decoder_units=self.decoder_units,
            bytenet_layers=self.bytenet_layers,
            bytenet_width=self.bytenet_width,
        )
        require_share(word_dropout=self.word_dropout)
        require_at_least_0(mean_spread=self.mean_spread)
        if not self.maps or min(self.maps) < 1:
            raise UserError("`maps` needs one or more numbers above 0")
        if self.encoder == "none" and self.decoder != "lstm":
            raise UserError(
                "`encoder` none is a language model: it needs `decoder` lstm"
            )


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """How long and how fast to train."""

    batch_size: int = 64
    """Texts per step."""
    epochs: int = 100
    """Validation, a checkpoint and samples come after each epoch."""
    steps_per_epoch: int = 1_000
    """Training steps per epoch."""
    learning_rate: float = 1e-3
    """Learning rate of Adam in the first epochs."""
    decay: float = 0.95
    """Factor on the learning rate per epoch after --decay-after."""
    decay_after: int = 20
    """Epochs that keep the first learning rate."""
    clip_norm: float | None = None
    """Largest norm of the gradient (default: not clipped)."""
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    """Precision of the matrix products; bfloat16 is faster where the hardware
    has it. auto takes the faster one."""
    validation_batches: int = 50
    """Batches validated on after each epoch (evaluate takes all)."""
    seed: int = 0
    """Seed of weights, noise, dropped characters and data order."""

    def __post_init__(self):
        require_positive(
            batch_size=self.batch_size,
            epochs=self.epochs,
            steps_per_epoch=self.steps_per_epoch,
            validation_batches=self.validation_batches,
            learning_rate=self.learning_rate,
            decay=self.decay,
            clip_norm=self.clip_norm,
        )
        require_at_least_0(decay_after=self.decay_after)
        require_seed(self.seed, 2**31 - 1)

    @property
    def steps(self) -> int:
        """Training steps of all epochs."""
        return self.epochs * self.steps_per_epoch


@dataclasses.dataclass(frozen=True)
class Config:
    """All settings of a run.

    Raises:
        UserError: a `ValueError`, if a setting is impossible.
    """

    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    objective: Objective = Objective()
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self):
        if self.model.encoder == "none" and (
            self.objective.free_bits or self.objective.min_rate
        ):
            raise UserError(
                "`encoder` none has no latent vector: leave out `free_bits` "
                "and `min_rate`"
            )

    def replace(self, part: str, **values: Any) -> "Config":
        """A copy with other values in one part."""
        changed = dataclasses.replace(getattr(self, part), **values)
        return dataclasses.replace(self, **{part: changed})

    def to_plain(self) -> dict[str, Any]:
        """The settings as JSON gives them back: a dict a part, lists."""
        return json.loads(self.to_json())

    def to_json(self) -> str:
        """The settings as JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str) -> "Config":
        """Reads what `to_json` wrote; what is left out has its default.

        Args:
            text: a JSON object.
            source: the file it came from, for errors.

        Raises:
            UserError: if it is no JSON, or no settings of this version.
        """
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise UserError(
                f"{source} is no settings file: it needs JSON such as "
                '{"model": {"z_size": 50}, "training": {"epochs": 10}}'
            )
        try:
            return from_plain(cls, values)
        except UserError as error:
            raise UserError(f"{source}: {error}") from None
