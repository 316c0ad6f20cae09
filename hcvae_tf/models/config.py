"""The settings of a run: one source for the command line and for JSON."""

import dataclasses
import json
import math
from typing import Any, Literal

from pipelines.command_line import UserError, parse
from pipelines.files import file_system


@dataclasses.dataclass(frozen=True)
class Data:
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

    def absolute(self) -> "Data":
        """The same data, to be found from any folder."""
        paths = {
            name: file_system.absolute(path)
            for name in ("data_file", "data_dir")
            if (path := getattr(self, name))
        }
        return dataclasses.replace(self, **paths)


@dataclasses.dataclass(frozen=True)
class Model:
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
    """Feature maps of the convolutions; the deconvolution mirrors them."""
    feature_size: int = 200
    """Maps of the last deconvolution."""
    encoder_units: int = 500
    """Size of the LSTM encoder."""
    decoder_units: int = 500
    """Size of the LSTM in the decoder."""
    bytenet_layers: int = 3
    """Masked convolutions; they see this many characters and one more."""
    bytenet_width: int = 256
    """Feature maps between the masked convolutions."""
    mean_spread: float = 0.0
    """Standard deviation over a batch that every latent mean is normalised
    to; 0: not normalised."""
    word_dropout: float = 0.0
    """Probability of hiding each previous character; 1: no history."""


@dataclasses.dataclass(frozen=True)
class Objective:
    """The weights of the loss."""

    alpha: float = 0.2
    """Weight of the auxiliary reconstruction."""
    kl: Literal["linear", "cyclical", "constant", "none"] = "linear"
    """How the KL term is weighted: grown, grown again and again, always 1,
    or left out."""
    kl_start: int = 1_000
    """Step at which the KL weight begins to grow."""
    kl_end: int = 8_000
    """Step from which the KL weight is 1."""
    kl_cycles: int = 4
    """How often --kl cyclical grows the weight until --kl-end."""
    kl_floor: float | None = None
    """KL weight before it grows (default: 0.001 with an auxiliary loss, else
    0)."""

    free_bits: float = 0.0
    """Nats of each latent dimension that cost nothing."""
    min_rate: float = 0.0
    """Nats per text below which a Lagrange multiplier keeps KL from
    falling."""

    @property
    def floor(self) -> float:
        """The KL weight before it grows."""
        if self.kl_floor is not None:
            return self.kl_floor
        return 0.001 if self.alpha else 0.0


@dataclasses.dataclass(frozen=True)
class Training:
    """How long and how fast."""

    batch_size: int = 64
    """Texts per step."""
    epochs: int = 100
    """Validation, a checkpoint and samples come after each epoch."""
    steps_per_epoch: int = 1_000
    """Training steps per epoch."""
    learning_rate: float = 1e-3
    """Of Adam."""
    decay: float = 0.95
    """Factor on the learning rate per epoch after --decay-after."""
    decay_after: int = 20
    """Epochs that keep the first learning rate."""
    clip_norm: float | None = None
    """Largest norm of the gradient (default: not clipped)."""
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    """Of the products; bfloat16 is faster where the hardware has it. auto
    takes the faster one."""
    validation_batches: int = 50
    """Batches validated on after each epoch (evaluate takes all)."""
    seed: int = 0
    """Of weights, noise, dropped characters and data order."""


@dataclasses.dataclass(frozen=True)
class Config:
    """All settings of a run."""

    data: Data = Data()
    model: Model = Model()
    objective: Objective = Objective()
    training: Training = Training()

    def check(self) -> None:
        """Raises UserError at the first setting that is impossible."""
        sizes = {
            "length": self.data.length,
            "texts": self.data.texts,
            "kl-cycles": self.objective.kl_cycles,
            "z-size": self.model.z_size,
            "feature-size": self.model.feature_size,
            "encoder-units": self.model.encoder_units,
            "decoder-units": self.model.decoder_units,
            "bytenet-layers": self.model.bytenet_layers,
            "bytenet-width": self.model.bytenet_width,
            "batch-size": self.training.batch_size,
            "epochs": self.training.epochs,
            "steps-per-epoch": self.training.steps_per_epoch,
            "validation-batches": self.training.validation_batches,
            "learning-rate": self.training.learning_rate,
            "decay": self.training.decay,
            "clip-norm": self.training.clip_norm,
        }
        for flag, size in sizes.items():
            if size is not None and not 0 < size < math.inf:
                raise UserError(f"--{flag} must be above 0, not {size}")
        if self.data.length == 1:
            raise UserError("--length must be at least 2, not 1")
        if not self.model.maps or min(self.model.maps) < 1:
            raise UserError("--maps needs one or more numbers above 0")
        if self.model.encoder == "none" and self.model.decoder != "lstm":
            raise UserError(
                "--encoder none is a language model: it needs --decoder lstm"
            )
        if self.model.encoder == "none" and (
            self.objective.free_bits or self.objective.min_rate
        ):
            raise UserError(
                "--encoder none has no latent vector: leave out --free-bits "
                "and --min-rate"
            )
        for flag, share in {
            "word-dropout": self.model.word_dropout,
            "kl-floor": self.objective.floor,
        }.items():
            if not 0 <= share <= 1:
                raise UserError(
                    f"--{flag} must be between 0 and 1, not {share}"
                )
        for flag, number in {
            "alpha": self.objective.alpha,
            "free-bits": self.objective.free_bits,
            "min-rate": self.objective.min_rate,
            "mean-spread": self.model.mean_spread,
            "decay-after": self.training.decay_after,
        }.items():
            if not 0 <= number < math.inf:
                raise UserError(f"--{flag} must be 0 or above, not {number}")
        if not 0 <= self.objective.kl_start < self.objective.kl_end:
            raise UserError(
                "--kl-end must come after --kl-start: "
                f"{self.objective.kl_start} to {self.objective.kl_end} "
                "does not grow"
            )
        if not 0 <= self.training.seed < 2**31:
            raise UserError("--seed must be between 0 and 2147483647")

    def to_json(self) -> str:
        """The settings as JSON, a part an object."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"

    def replace(self, part: str, **values: Any) -> "Config":
        """A copy with other values in one part."""
        changed = dataclasses.replace(getattr(self, part), **values)
        return dataclasses.replace(self, **{part: changed})


def from_json(text: str, source: str) -> Config:
    """Reads settings as written by `Config.to_json`.

    They go through the same parser as the command line, so names and types
    are checked alike; what is left out has its default.

    Args:
        text: a JSON object.
        source: the file it came from, for errors.

    Raises:
        UserError: if it is no JSON, or no settings of this version.
    """
    try:
        parts = json.loads(text)
        flags = []
        for part in parts.values():
            for name, value in part.items():
                values = value if isinstance(value, list) else [value]
                flags += [f"--{name.replace('_', '-')}", *map(str, values)]
    except (ValueError, AttributeError):
        raise UserError(
            f"{source} is no settings file: it needs JSON such as "
            '{"model": {"z_size": 50}, "training": {"epochs": 10}}'
        ) from None
    try:
        config = parse(Config, "python -m hcvae_tf.fit", flags)
        config.check()
    except UserError as error:
        raise UserError(f"{source}: {error}") from None
    return config
