"""Section 4.1: seconds per training step, over the length of the text."""

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hcvae_tf.command_line.plotting import panels, save
from hcvae_tf.models.config import Config
from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.record import (
    Locations,
    commit,
    find_record,
    write_record,
)
from hcvae_tf.reproduce.results import Results, table
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.training.environment import median_seconds

TITLE = "Speed of training"
_KINDS = ("hybrid", "LSTM VAE")


def experiments(scale: Scale) -> list[Experiment]:
    """Returns one comparison per length, with the settings of the hybrid."""
    return [
        Experiment(f"speed-T{length}", scale.ptb.replace("data", length=length))
        for length in scale.lengths
    ]


def make_record(
    experiment: Experiment, seed: int, scale: Scale, place: Locations
) -> None:
    """Times steps of both models in turns, unless the record exists."""
    from hcvae_tf.training.precision import resolve_precision

    name = experiment.folder_name(seed)
    if find_record(place, name, experiment.config):
        return
    length = experiment.config.data.length
    precision = resolve_precision(experiment.config.training.precision)
    lstm_vae = scale.ptb_lstm_vae.replace("data", length=length)
    steps = {
        kind: _step(config.replace("training", precision=precision))
        for kind, config in zip(
            _KINDS, (experiment.config, lstm_vae), strict=True
        )
    }
    record = {
        "experiment": experiment.name,
        "seed": seed,
        "config": experiment.config.to_dict(),
        "precision": precision,
        "seconds_per_step": median_seconds(steps, scale.rounds),
        "commit": commit(),
    }
    write_record(place, name, record)


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claim of section 4.1 about speed."""

    def twice():
        ratios = {
            run.config.data.length: results.mean(run.name, _ratio)
            for run in experiments(scale)
        }
        words = ", ".join(f"{r:.2f} (T {t})" for t, r in ratios.items())
        return f"{words} times", statistics.median(ratios.values()) >= 1.6

    return [
        judge(
            "The hybrid trains faster than the LSTM VAE by a factor of "
            "roughly two (1.6 or more)",
            "4.1",
            twice,
        )
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws the time per step; returns it as a table."""
    figure, (axis,) = panels(
        [("characters of a text", "milliseconds per step")], 6.5
    )
    names = {run.config.data.length: run.name for run in experiments(scale)}
    rows = []
    for kind in _KINDS:
        measure = _milliseconds(kind)
        results.draw(axis, names, measure, label=kind)
        label = f"{kind}, milliseconds"
        rows.append(results.row(label, names.values(), measure, 1))
    label = "LSTM VAE over hybrid"
    rows.append(results.row(label, names.values(), _ratio, 2))
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False)
    save(figure, folder / "speed.svg")
    head = [f"T {length}" for length in names]
    return (
        f"Median of {scale.rounds} training steps of each model, in turns, "
        f"batches of {scale.ptb.training.batch_size}.\n\n"
        + table(["", *head], rows)
    )


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
