"""Time of a training step by kind of op."""

import dataclasses
import sys
from typing import Literal

from benchmarks.report import print_table
from hcvae_tf.models.presets import preset
from hcvae_tf.training.threads import share_cores
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Profile:
    """Profiles training steps of a preset on random characters."""

    preset: str = "tweets-hybrid"
    """Name of a preset, as for fit."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Precision of matrix products."""
    batch: int = 32
    """Texts per step."""
    length: int = 128
    """Characters per text."""
    kinds: int = 12
    """Number of kinds of op to show."""


def main() -> int:
    """Runs the profiler."""
    settings = parse(
        Profile, "python -m benchmarks.profile", sys.argv[1:], Profile()
    )
    config = preset(settings.preset)
    share_cores()

    from benchmarks.profiler import by_op, milliseconds
    from benchmarks.train_step import train_step
    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import Vocabulary

    config = config.replace("data", length=settings.length).replace(
        "training", precision=settings.precision
    )
    model = compiled_model(config, Vocabulary(bytes(range(256))))
    step = train_step(model, settings.batch, settings.length)
    step()
    step()
    wall, kinds = milliseconds(step, by_op)
    rows = [
        {"op": kind, "ms": f"{ms:,.0f}", "of the step": f"{ms / wall:.0%}"}
        for kind, ms in list(kinds.items())[: settings.kinds]
    ]
    print_table(
        f"Training step of {settings.preset}, {settings.precision}, batch "
        f"{settings.batch}: {wall:,.0f} ms under the profiler",
        rows,
    )
    return 0


if __name__ == "__main__":
    run_command(main)
