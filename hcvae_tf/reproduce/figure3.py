"""Figure 3: autoencoders whose decoders see no previous characters.

The cost is the reconstruction alone. A model fits if its cost on validation is
under half a bit per character.
"""

import functools
import math
from pathlib import Path
from typing import Any

import numpy as np

from hcvae_tf.command_line.plotting import (
    add_legend,
    from_zero,
    panels,
    save,
)
from hcvae_tf.models.config import Config
from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.experiment import Experiment, Grid, in_order
from hcvae_tf.reproduce.results import Results, field, listed, table
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.vocabulary import Vocabulary

TITLE = "Figure 3: autoencoders without history"
_FAST_STEPS = 2_000
"""A fiftieth of the paper's training."""
_LONG_STEPS = 10_000
"""A tenth of the paper's training."""


def experiments(scale: Scale) -> list[Experiment]:
    """Returns both autoencoders at each length, with equal parameter counts."""
    return in_order(_models(scale))


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the three claims of section 4.1 about figure 3."""
    judge = Judge("4.1, figure 3")
    conv, lstm = _models(scale).values()
    long = [length for length in scale.history_lengths if length >= 30]
    short = [length for length in scale.history_lengths if length < 30]
    trained = scale.conv.training.steps

    @judge(
        "From 30 characters on, the historyless LSTM autoencoder does not fit "
        "the data well (over 0.5 bits per character, and over twice the "
        "convolutional one)"
    )
    def lstm_fails():
        if not long:
            return "no length from 30 characters on", None
        cost = results.means(lstm, _final_bits, long)
        other = results.means(conv, _final_bits, long)
        words = ", ".join(
            f"T {t}: {cost[t]:.2f} against {other[t]:.2f} bits" for t in long
        )
        return words, all(cost[t] > max(0.5, 2 * other[t]) for t in long)

    @judge("On shorter texts it does fit (under 0.5 bits per character)")
    def lstm_fits_short():
        cost = results.means(lstm, _final_bits, short)
        fits = all(value < 0.5 for value in cost.values())
        # It learns slowly, so that a short training cannot refute this.
        holds = fits or (None if trained < _LONG_STEPS else False)
        return listed(cost, "T {x}: {y:.2f} bits"), holds

    @judge(
        "The convolutional autoencoder converges almost at once at every "
        "length (under 0.5 bits per character within 2,000 steps)"
    )
    def conv_fits():
        steps = results.means(conv, _steps_until_fit)
        words = listed(steps, "T {x}: after {y:.0f} steps")
        words = words.replace("after inf steps", "not yet")
        most = max(steps.values())
        if most == math.inf and trained < _FAST_STEPS:
            return f"{words}, of {trained:,}", None
        return words, most <= _FAST_STEPS

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws the training curves; returns a table of the final costs."""
    models = _models(scale)
    styles = dict(zip(models, ("-", "--"), strict=True))
    axes = [("training steps", "reconstruction, bits per character")]
    figure, (axis,) = panels(axes, 6.5)
    for number, length in enumerate(scale.history_lengths):
        for label, runs in models.items():
            for record in results[runs[length].name][:1]:
                axis.plot(
                    [row["step"] for row in record["curves"]],
                    _bits(record),
                    styles[label],
                    color=f"C{number}",
                    label=f"{label}, T {length}",
                )
    from_zero(axis)
    add_legend(axis)
    save(figure, folder / "figure3.svg")
    parameters = field("parameters")
    costs, sizes = [], []
    for label, runs in models.items():
        costs.append(results.row(label, runs, _final_bits, 2))
        sizes.append(results.row(f"{label}: parameters", runs, parameters, 0))
    head = ["model", *(f"T {length}" for length in scale.history_lengths)]
    return (
        "Reconstruction on validation after the last step, bits per "
        "character. There is no KL term. The number of units of the LSTM is "
        "chosen so that both models have about the same number of "
        f"parameters.\n\n{table(head, [*costs, *sizes])}"
    )


@functools.cache
def _models(scale: Scale) -> Grid:
    convs, lstms = {}, {}
    for length in scale.history_lengths:
        conv = scale.conv.replace("data", length=length)
        lstm = scale.historyless.replace("data", length=length)
        lstm = _with_size_of(conv, lstm)
        convs[length] = Experiment(f"ptb-T{length}-conv-autoencoder", conv)
        lstms[length] = Experiment(f"ptb-T{length}-lstm-autoencoder", lstm)
    return {"fully convolutional": convs, "LSTM, historyless": lstms}


def _with_size_of(other: Config, lstm: Config) -> Config:
    """Returns an LSTM VAE with the units whose parameter count is nearest.

    Args:
        other: the model whose parameter count is matched.
        lstm: the LSTM VAE; encoder and decoder get the same units.
    """
    characters = 50 if other.data.dataset == "ptb" else 256
    vocabulary = Vocabulary(bytes(range(characters)))

    def parameters(config):
        config = config.replace("training", precision="float32")
        return compiled_model(config, vocabulary).count_params()

    def with_units(units):
        return lstm.replace("model", encoder_units=units, decoder_units=units)

    # The number of parameters is quadratic in the units, so that three sizes
    # determine it.
    units = (8, 16, 24)
    sizes = [parameters(with_units(number)) for number in units]
    square, linear, constant = np.polyfit(units, sizes, 2)
    constant -= parameters(other)
    root = math.sqrt(linear**2 - 4 * square * constant)
    return with_units(round((root - linear) / (2 * square)))


def _bits(record: dict[str, Any]) -> list[float]:
    """Returns the reconstruction after each epoch, bits per character.

    It is that of the first validation batches.
    """
    return [
        _per_character(row["val_reconstruction"], record)
        for row in record["curves"]
    ]


def _final_bits(record: dict[str, Any]) -> float:
    """Returns the reconstruction of the whole validation split."""
    return _per_character(record["costs"]["reconstruction"], record)


def _per_character(nats: float, record: dict[str, Any]) -> float:
    """Returns the nats of a text as bits per character."""
    return nats / math.log(2) / record["config"]["data"]["length"]


def _steps_until_fit(record: dict[str, Any]) -> float:
    for row, bits in zip(record["curves"], _bits(record), strict=True):
        if bits < 0.5:
            return row["step"]
    return math.inf
