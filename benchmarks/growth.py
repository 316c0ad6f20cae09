"""Time and memory of a training step over length, batch and units."""

import dataclasses
import sys

from benchmarks.report import in_own_process, median, peak_mib, print_table
from benchmarks.train_step import train_step
from hcvae_tf.models.presets import preset
from pipelines.command_line import parse, run_command

_MODELS = {
    "hybrid, LSTM": preset("small"),
    "hybrid, ByteNet": preset("small-bytenet"),
    "LSTM VAE": preset("small-lstm-vae"),
    "deconvolution alone": preset("small").replace("model", decoder="deconv"),
}


@dataclasses.dataclass(frozen=True)
class Growth:
    """Times the small models, changing one size at a time.

    Each measurement runs in its own process, to get its peak memory.
    """

    lengths: tuple[int, ...] = (16, 32, 64, 128, 256, 512)
    """Characters per text."""
    batches: tuple[int, ...] = (8, 16, 32, 64, 128, 256)
    """Texts per step."""
    units: tuple[int, ...] = (128, 256, 512, 1_024)
    """Units of the LSTMs; ByteNet gets half as much width."""
    rounds: int = 5
    """Number of timed rounds; the median is reported."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Growth, "python -m benchmarks.growth", sys.argv[1:], Growth()
    )
    normal = {"length": 128, "batch": 32, "units": 256}
    for size, values in (
        ("length", settings.lengths),
        ("batch", settings.batches),
        ("units", settings.units),
    ):
        rest = ", ".join(
            f"{name} {value}" for name, value in normal.items() if name != size
        )
        print_table(
            f"Training step over {size} ({rest}), float32, median of "
            f"{settings.rounds}: ms (peak MiB of the process)",
            _rows(size, values, normal, settings.rounds),
        )
    return 0


def _rows(size, values, normal, rounds):
    for value in values:
        row = {size: value}
        for name in _MODELS:
            sizes = {**normal, size: value}
            seconds, peak = in_own_process(measure, name, sizes, rounds)
            row[name] = f"{seconds * 1000:,.0f} ({peak:,.0f})"
        yield row


def measure(name: str, sizes: dict[str, int], rounds: int):
    """Returns median seconds of a training step and peak memory, MiB."""
    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import Vocabulary

    length, batch, units = sizes["length"], sizes["batch"], sizes["units"]
    config = (
        _MODELS[name]
        .replace("data", length=length)
        .replace("training", batch_size=batch, precision="float32")
        .replace(
            "model",
            encoder_units=units,
            decoder_units=units,
            bytenet_width=units // 2,
        )
    )
    vocabulary = Vocabulary(bytes(range(256)))
    step = train_step(compiled_model(config, vocabulary), batch, length)
    return median(step, rounds), peak_mib()


if __name__ == "__main__":
    run_command(main)
