"""All settings of a run, one dataclass per part.

The fields are the flags of `fit` and the keys of `config.json`. The docstrings
below them are the help texts of the flags.
"""

import dataclasses
import json
from typing import Annotated, Any, Literal

import tyro

from hcvae_tf.models.json_dataclass import dataclass_from_json
from hcvae_tf.models.objective import Objective
from pipelines.checks import (
    require_at_least_0,
    require_positive,
    require_share,
    require_subwords,
)
from pipelines.errors import UserError
from pipelines.json_object import json_object

_SUBWORDS = 2_000


@dataclasses.dataclass(frozen=True)
class DataConfig:
    """The training data."""

    dataset: str = "tweets"
    """Dataset: ptb, tweets, tweets/sentiment140, tweets/synthetic, definitions
    or lines."""
    data_file: str | None = None
    """Your own .txt, .txt.gz, .tsv or .tsv.gz file with one text per line, or a
    pattern for several files, such as 'part-*.tsv'."""
    data_dir: str | None = None
    """Folder of prepared datasets (default: that of tensorflow-datasets)."""
    texts: int | None = None
    """Number of training texts of tweets/synthetic."""
    units: Literal["characters", "subwords"] = "characters"
    """What a token is: characters (bytes of UTF-8), or subwords that are
    learned on the training texts."""
    vocabulary_size: int | None = None
    """Number of subwords (default: 2000), with 256 bytes and 3 special ids."""
    length: int | None = None
    """Tokens per text (default: 60 characters or 20 subwords for ptb, else 128
    or 64)."""

    def __post_init__(self):
        require_positive(length=self.length, texts=self.texts)
        if self.vocabulary_size is not None:
            if self.units != "subwords":
                raise UserError(
                    "`vocabulary_size` is that of subwords; add `units` "
                    "subwords, or leave it out"
                )
            require_subwords(self.vocabulary_size)
        # A character may be four subwords, and windows hold whole characters.
        least = 8 if self.units == "subwords" else 2
        if self.length is not None and self.length < least:
            raise UserError(
                f"`length` must be at least {least} {self.units}, not "
                f"{self.length}"
            )

    @property
    def subwords(self) -> int | None:
        """Size of the vocabulary of subwords, None for characters."""
        if self.units == "characters":
            return None
        return self.vocabulary_size or _SUBWORDS


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """The parts of the model and their sizes."""

    encoder: Literal["conv", "lstm", "none"] = "conv"
    """Encoder; none: no latent vector, the model is a language model."""
    decoder: Literal["hybrid", "deconv", "lstm"] = "hybrid"
    """Decoder; hybrid: a deconvolution with a language model on top."""
    language_model: Literal["lstm", "bytenet"] = "lstm"
    """Language model on top of the deconvolution in the hybrid decoder."""
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
    """Number of masked convolutions; they see one token more than that."""
    bytenet_width: int = 256
    """Filters of the masked convolutions."""
    embedding_size: int | None = None
    """Width of the vectors of tokens; 0: one-hot vectors, as in the paper
    (default: 0 below 512 ids, as for characters, else 128)."""
    mean_spread: float = 0.0
    """Standard deviation over a batch to which the latent means are normalised;
    0: not normalised."""
    word_dropout: float = 0.0
    """Probability of hiding each previous token; 1: no history."""
    feature_skip: bool = False
    """Whether the last layer of the hybrid decoder sees the deconvolution, too,
    beside the language model's output."""
    shared_embedding: bool = False
    """Whether the encoder reads the vectors of tokens of the decoder in place
    of its own."""

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
        require_at_least_0(
            mean_spread=self.mean_spread, embedding_size=self.embedding_size
        )
        if not self.maps:
            raise UserError("`maps` needs one or more numbers")
        for filters in self.maps:
            require_positive(maps=filters)
        if self.encoder == "none" and self.decoder != "lstm":
            raise UserError(
                "`encoder` none is a language model: it needs `decoder` lstm"
            )


@dataclasses.dataclass(frozen=True)
class TrainingConfig:
    """The settings of the training loop and the optimizer."""

    batch_size: int = 64
    """Texts per step."""
    group_by_length: bool = False
    """Whether the texts of a step have about the same length, which is faster
    if texts are shorter than --length."""
    epochs: int = 100
    """Number of epochs; each ends with validation, checkpoint and samples."""
    steps_per_epoch: int = 1_000
    """Training steps per epoch."""
    learning_rate: float = 1e-3
    """Largest learning rate of Adam."""
    schedule: Literal["epochs", "linear"] = "epochs"
    """Learning rate over time; linear: rises over --warmup, then falls evenly
    to 0 at the last step; epochs: constant, then lower in each epoch after
    --decay-after, as in the paper."""
    warmup: float = 0.02
    """Number of steps in which --schedule linear rises; below 1: a share of
    all steps."""
    decay: float = 0.95
    """Factor of --schedule epochs on the learning rate in each epoch after
    --decay-after."""
    decay_after: int = 20
    """Number of epochs in which --schedule epochs keeps the first learning
    rate."""
    clip_norm: float | None = 100.0
    """Largest norm of the gradient; a step whose gradient is more than ten
    times the usual one is left out in any case."""
    batch_statistics: float = 1.0
    """Share of the epochs, of all of them if a run is trained further, in which
    batch norms use the statistics of the batch. Then they use their moving
    statistics, as in evaluation, so that the model does not rely on what texts
    of a batch have in common, which matters with --group-by-length."""
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    """Precision of the matrix products; bfloat16 is faster if the hardware
    supports it. auto chooses the faster one."""
    validation_batches: int = 50
    """Batches of the validation after each epoch (evaluate uses all)."""
    seed: int = 0
    """Seed of weights, noise, dropped tokens and data order."""
    source: Annotated[str | None, tyro.conf.Suppress] = None
    """Folder of a trained run whose weights to begin with; `fit --from`."""

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
        require_at_least_0(
            warmup=self.warmup, decay_after=self.decay_after, seed=self.seed
        )
        require_share(batch_statistics=self.batch_statistics)

    @property
    def steps(self) -> int:
        """Training steps of all epochs."""
        return self.epochs * self.steps_per_epoch


@dataclasses.dataclass(frozen=True)
class Config:
    """All settings of a run.

    Raises:
        UserError: (a `ValueError`) if a setting is invalid.
    """

    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    objective: Objective = Objective()
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self):
        if self.model.encoder == "none" and (
            self.objective.free_bits
            or self.objective.min_rate
            or self.objective.bag
        ):
            raise UserError(
                "`encoder` none has no latent vector: `free_bits`, "
                "`min_rate` and `bag` must be 0, as in `preset` small-lm"
            )
        if self.objective.kl_grows or self.objective.alpha_falls:
            self.objective.in_steps(self.training.steps)

    def replace(self, part: str, **values: Any) -> "Config":
        """Returns a copy with other values in one part."""
        changed = dataclasses.replace(getattr(self, part), **values)
        return dataclasses.replace(self, **{part: changed})

    def in_shares(self) -> "Config":
        """Returns the settings with steps of schedules as shares of all steps.

        What is a share keeps its place when the number of steps changes.
        """
        steps = self.training.steps
        warmup = self.training.warmup
        return dataclasses.replace(
            self,
            objective=self.objective.in_shares(steps),
            training=dataclasses.replace(
                self.training,
                warmup=warmup / steps if warmup >= 1 else warmup,
            ),
        )

    def in_steps(self) -> "Config":
        """Returns the settings with shares of the training as steps.

        These are the settings that a run stores.
        """
        objective = self.objective
        if self.model.encoder == "none":
            # There is no KL to give a weight to.
            objective = dataclasses.replace(objective, kl="constant")
        objective = objective.in_steps(self.training.steps)
        return dataclasses.replace(self, objective=objective)

    def to_dict(self) -> dict[str, Any]:
        """Returns the settings as values of JSON: one dict per part, lists."""
        return json.loads(self.to_json())

    def to_json(self) -> str:
        """Returns the settings as JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str) -> "Config":
        """Reads the output of `to_json`; missing settings have their defaults.

        Args:
            text: a JSON object.
            source: name of the file, for error messages.

        Raises:
            UserError: if it is not JSON, or not settings of this version.
        """
        try:
            values = json_object(text)
        except ValueError:
            raise UserError(
                f"{source} is not a settings file; give JSON such as "
                '{"model": {"z_size": 50}, "training": {"epochs": 10}}'
            ) from None
        try:
            return dataclass_from_json(cls, values)
        except UserError as error:
            raise UserError(f"{source}: {error}") from None
