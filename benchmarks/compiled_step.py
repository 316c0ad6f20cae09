"""A training step that XLA compiles as a whole, on texts of several lengths."""

import dataclasses
import sys
import time

from benchmarks.report import in_own_process, median, print_table
from hcvae_tf.models.presets import preset
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class CompiledStep:
    """Times the step of presets; on a GPU, all trainings run it."""

    presets: tuple[str, ...] = ("small", "tweets-hybrid")
    """Presets whose models are measured, in float32."""
    length: int = 128
    """Characters of the window."""
    batch: int = 32
    """Texts per step."""
    rounds: int = 5
    """Number of timed rounds; the median is reported."""


def main() -> int:
    """Runs the benchmark."""
    command = "python -m benchmarks.compiled_step"
    settings = parse(CompiledStep, command, sys.argv[1:], CompiledStep())
    rows = [in_own_process(measure, settings, p) for p in settings.presets]
    print_table(
        f"Compiled training step, {settings.length} characters, batch "
        f"{settings.batch}, float32, median of {settings.rounds}: ms for texts "
        "of a number of characters",
        rows,
    )
    return 0


def measure(settings: CompiledStep, name: str) -> dict[str, str]:
    """Returns the row of one preset."""
    import numpy as np
    import tensorflow as tf

    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import PAD, Vocabulary

    config = (
        preset(name)
        .replace("data", length=settings.length)
        .replace("training", batch_size=settings.batch, precision="float32")
    )
    vocabulary = Vocabulary()
    step = compiled_model(config, vocabulary).train_step
    step = tf.function(step, jit_compile=True)
    shape = (settings.batch, settings.length)
    full = np.random.default_rng(0).integers(3, vocabulary.size, shape, "int32")

    def texts(longest):
        tokens = full.copy()
        tokens[:, longest:] = PAD
        return tf.constant(tokens)

    begin = time.perf_counter()
    step(texts(settings.length))
    row = {
        "preset": name,
        "first step, s": f"{time.perf_counter() - begin:.1f}",
    }
    for quarters in (4, 3, 2, 1):
        longest = settings.length * quarters // 4
        tokens = texts(longest)
        seconds = median(
            lambda tokens=tokens: step(tokens)["loss"].numpy(), settings.rounds
        )
        row[str(longest)] = f"{1000 * seconds:,.0f}"
    return row


if __name__ == "__main__":
    run_command(main)
