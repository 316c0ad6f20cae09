"""Section 4.1: seconds per training step, over the length of the text."""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hcvae_tf.command_line.plotting import (
    add_legend,
    from_zero,
    panels,
    save,
)
from hcvae_tf.models.config import Config
from hcvae_tf.reproduce import record
from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.experiment import Experiment, Runs
from hcvae_tf.reproduce.results import Results, listed, table
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.training.environment import median_seconds

TITLE = "Speed of training"
_KINDS = ("hybrid", "LSTM VAE")


def experiments(scale: Scale) -> list[Experiment]:
    """Returns one comparison per length, with the settings of the hybrid."""
    return list(_runs(scale).values())


def make_record(
    experiment: Experiment, seed: int, scale: Scale, place: record.Locations
) -> None:
    """Times steps of both models in turns, unless the record exists."""
    from hcvae_tf.training.precision import resolve_precision

    name, config = experiment.folder_name(seed), experiment.config
    if record.read_record(place, name, config):
        return
    lstm_vae = scale.ptb_lstm_vae.replace("data", length=config.data.length)
    precision = resolve_precision(config)
    steps = {
        kind: _step(each.replace("training", precision=precision))
        for kind, each in zip(_KINDS, (config, lstm_vae), strict=True)
    }
    values = {
        "experiment": experiment.name,
        "seed": seed,
        "config": config.to_dict(),
        "precision": precision,
        "seconds_per_step": median_seconds(steps, scale.rounds),
        "commit": record.commit(),
    }
    record.write_record(place, name, values)


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claim of section 4.1 about speed."""
    judge = Judge("4.1")

    @judge(
        "The hybrid trains faster than the LSTM VAE by a factor of roughly two "
        "(1.6 or more)"
    )
    def twice():
        ratios = results.means(_runs(scale), _ratio)
        words = listed(ratios, "{y:.2f} (T {x})")
        return f"{words} times", statistics.median(ratios.values()) >= 1.6

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws the time per step; returns it as a table."""
    runs, rows = _runs(scale), []
    axes = [("characters of a text", "milliseconds per step")]
    figure, (axis,) = panels(axes, 6.5)
    for kind in _KINDS:
        measure = _milliseconds(kind)
        results.draw(axis, runs, measure, label=kind)
        rows.append(results.row(f"{kind}, milliseconds", runs, measure, 1))
    rows.append(results.row("LSTM VAE over hybrid", runs, _ratio, 2))
    from_zero(axis)
    add_legend(axis)
    save(figure, folder / "speed.svg")
    head = ["", *(f"T {length}" for length in runs)]
    return (
        f"Median of {scale.rounds} training steps of each model, alternating, "
        f"batches of {scale.ptb.training.batch_size}.\n\n{table(head, rows)}"
    )


def _runs(scale: Scale) -> Runs:
    return {
        t: Experiment(f"speed-T{t}", scale.ptb.replace("data", length=t))
        for t in scale.lengths
    }


def _step(config: Config) -> Callable[[], float]:
    """Returns a function that runs a training step and waits for it."""
    import numpy as np
    import tensorflow as tf

    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import Vocabulary

    vocabulary = Vocabulary(bytes(range(50)))
    model = compiled_model(config, vocabulary)
    train = tf.function(model.train_step, jit_compile=model.jit_compile)
    shape = config.training.batch_size, config.data.length
    tokens = np.random.default_rng(0).integers(3, vocabulary.size, shape)
    tokens = tf.constant(tokens, tf.int32)
    return lambda: float(train(tokens)["loss"])


def _milliseconds(kind):
    return lambda record: 1e3 * record["seconds_per_step"][kind]


def _ratio(record: dict[str, Any]) -> float:
    ours, theirs = (record["seconds_per_step"][kind] for kind in _KINDS)
    return theirs / ours
