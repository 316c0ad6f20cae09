"""Requests to an exported model, against calling the Python model."""

import dataclasses
import sys
import tempfile
from pathlib import Path

from benchmarks.endless import endless
from benchmarks.report import print_table
from hcvae_tf.models.presets import preset
from hcvae_tf.training.environment import seconds_in_turns
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Serve:
    """Times the functions of an export, one request after the other.

    The model is untrained and its texts never end, so that every text has its
    full length. No server and no network are between.
    """

    preset: str = "medium"
    """Of the model."""
    batches: tuple[int, ...] = (1, 8, 64)
    """Rows of a request."""
    length: int = 128
    """Characters per text."""
    units: int = 512
    """Size of the LSTM."""
    rounds: int = 100
    """Requests of each kind."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(Serve, "python -m benchmarks.serve", sys.argv[1:])
    print_table(
        f"An export of {settings.preset} with LSTM {settings.units}, texts of "
        f"{settings.length} characters, {settings.rounds} requests of each",
        _rows(settings),
    )
    return 0


def _rows(settings):
    import numpy as np
    import tensorflow as tf

    from hcvae_tf.inference.exported_signatures import ExportedSignatures
    from hcvae_tf.serving.example_inputs import example_inputs
    from hcvae_tf.serving.export_model import write_saved_model

    config = preset(settings.preset).replace("data", length=settings.length)
    here = endless(config.replace("model", decoder_units=settings.units))
    with tempfile.TemporaryDirectory() as folder:
        write_saved_model(here, Path(folder))
        export = ExportedSignatures(Path(folder))

    def plain(name, inputs):
        columns = {key: tf.constant(value) for key, value in inputs.items()}
        outputs = getattr(here, name)(**columns)
        return {key: value.numpy() for key, value in outputs.items()}

    ways = {"export": export, "run, as a graph": here, "Python model": plain}
    for name in ("sample", "encode", "reconstruct"):
        for batch in settings.batches:
            inputs = example_inputs(name, here.z_size, batch)
            times = seconds_in_turns(
                {
                    way: lambda way=way, name=name, inputs=inputs: ways[way](
                        name, inputs
                    )
                    for way in ways
                },
                settings.rounds,
            )
            slow = np.mean(times["Python model"])
            for way, seconds in times.items():
                middle, late = np.quantile(seconds, [0.5, 0.99]) * 1e3
                rate = 1 / np.mean(seconds)
                yield {
                    "function": name,
                    "rows": batch,
                    "what": way,
                    "requests/s": f"{rate:,.1f}",
                    "rows/s": f"{rate * batch:,.0f}",
                    "p50 ms": f"{middle:,.1f}",
                    "p99 ms": f"{late:,.1f}",
                    "times Python": f"{slow * rate:.1f}",
                }


if __name__ == "__main__":
    run_command(main)
