"""Speed of requests to an exported model, against the Python model."""

import dataclasses
import functools
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
    """Times the signatures of an export, one request after another.

    The model is untrained and never ends a text early, so every text has its
    full length. There is no server or network in between.
    """

    preset: str = "medium-characters"
    """Preset of the model, which reads characters."""
    batches: tuple[int, ...] = (1, 8, 64)
    """Rows per request."""
    length: int = 64
    """Characters per text."""
    units: int = 512
    """Units of the LSTM."""
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
    signatures = endless(config.replace("model", decoder_units=settings.units))
    with tempfile.TemporaryDirectory() as folder:
        write_saved_model(signatures, Path(folder))
        export = ExportedSignatures(Path(folder))

    def python_model(name, inputs):
        columns = {key: tf.constant(value) for key, value in inputs.items()}
        outputs = getattr(signatures, name)(**columns)
        return {key: value.numpy() for key, value in outputs.items()}

    cases = {
        "export": export,
        "run, as a graph": signatures,
        "Python model": python_model,
    }
    for name in ("sample", "encode", "reconstruct"):
        for batch in settings.batches:
            inputs = example_inputs(name, signatures.z_size, batch)
            times = seconds_in_turns(
                {
                    case: functools.partial(call, name, inputs)
                    for case, call in cases.items()
                },
                settings.rounds,
            )
            slow = np.mean(times["Python model"])
            for case, seconds in times.items():
                middle, late = np.quantile(seconds, [0.5, 0.99]) * 1e3
                rate = 1 / np.mean(seconds)
                yield {
                    "function": name,
                    "rows": batch,
                    "what": case,
                    "requests/s": f"{rate:,.1f}",
                    "rows/s": f"{rate * batch:,.0f}",
                    "p50 ms": f"{middle:,.1f}",
                    "p99 ms": f"{late:,.1f}",
                    "times Python": f"{slow * rate:.1f}",
                }


if __name__ == "__main__":
    run_command(main)
