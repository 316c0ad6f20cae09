"""Figure 3: autoencoders whose decoders see no previous characters.

The cost is the reconstruction alone. A model fits if its cost on validation is
under half a bit per character.
"""

import math
from pathlib import Path
from typing import Any

from hcvae_tf.command_line.plotting import panels, save
from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.equal_size import equal_size
from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.results import Results, table
from hcvae_tf.reproduce.scale import Scale

TITLE = "Figure 3: autoencoders without history"
_FAST_STEPS = 2_000
"""A fiftieth of the paper's training."""
_LONG_STEPS = 10_000
"""A tenth of the paper's training."""
_KINDS = {"conv": "fully convolutional", "lstm": "LSTM, historyless"}


def experiments(scale: Scale) -> list[Experiment]:
    """Returns both autoencoders at each length, with equal parameter counts."""
    runs = []
    for length in scale.history_lengths:
        conv = scale.conv.replace("data", length=length)
        lstm = scale.historyless.replace("data", length=length)
        characters = 50 if conv.data.dataset == "ptb" else 256
        configs = {"conv": conv, "lstm": equal_size(lstm, conv, characters)}
        runs += [
            Experiment(_name(length, kind), configs[kind]) for kind in _KINDS
        ]
    return runs


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the three claims of section 4.1 about figure 3."""
    long = [length for length in scale.history_lengths if length >= 30]
    short = [length for length in scale.history_lengths if length < 30]
    training = scale.conv.training
    trained = training.epochs * training.steps_per_epoch

    def lstm_fails():
        if not long:
            return "no length from 30 characters on", None
        cost = {t: results.mean(_name(t, "lstm"), _final_bits) for t in long}
        other = {t: results.mean(_name(t, "conv"), _final_bits) for t in long}
        words = ", ".join(
            f"T {t}: {cost[t]:.2f} against {other[t]:.2f} bits" for t in long
        )
        return words, all(cost[t] > max(0.5, 2 * other[t]) for t in long)

    def lstm_fits_short():
        cost = {t: results.mean(_name(t, "lstm"), _final_bits) for t in short}
        words = ", ".join(f"T {t}: {v:.2f} bits" for t, v in cost.items())
        fits = all(value < 0.5 for value in cost.values())
        # It learns slowly, so that a short training cannot refute this.
        return words, fits or (None if trained < _LONG_STEPS else False)

    def conv_fits():
        steps = {
            t: results.mean(_name(t, "conv"), _steps_until_fit)
            for t in scale.history_lengths
        }
        words = ", ".join(
            f"T {t}: after {n:.0f} steps" if n < math.inf else f"T {t}: not yet"
            for t, n in steps.items()
        )
        most = max(steps.values())
        if most == math.inf and trained < _FAST_STEPS:
            return f"{words}, of {trained:,}", None
        return words, most <= _FAST_STEPS

    return [
        judge(
            "From 30 characters on, the historyless LSTM autoencoder does not "
            "fit the data well (over 0.5 bits per character, and over twice "
            "the convolutional one)",
            "4.1, figure 3",
            lstm_fails,
        ),
        judge(
            "On shorter texts it does fit (under 0.5 bits per character)",
            "4.1, figure 3",
            lstm_fits_short,
        ),
        judge(
            "The convolutional autoencoder converges almost at once at every "
            "length (under 0.5 bits per character within 2,000 steps)",
            "4.1, figure 3",
            conv_fits,
        ),
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws the training curves; returns a table of the final costs."""
    figure, (axis,) = panels(
        [("training steps", "reconstruction, bits per character")], 6.5
    )
    styles = dict(zip(_KINDS, ("-", "--"), strict=True))
    for number, length in enumerate(scale.history_lengths):
        for kind, style in styles.items():
            for record in results.records(_name(length, kind))[:1]:
                axis.plot(
                    [row["step"] for row in record["curves"]],
                    [_bits(row, length) for row in record["curves"]],
                    style,
                    color=f"C{number}",
                    label=f"{_KINDS[kind]}, T {length}",
                )
    axis.set_ylim(bottom=0)
    axis.legend(
        frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1, 1)
    )
    save(figure, folder / "figure3.svg")
    costs, sizes = [], []
    for kind, label in _KINDS.items():
        names = [_name(length, kind) for length in scale.history_lengths]
        costs.append(results.row(label, names, _final_bits, 2))
        sizes.append(results.row(f"{label}: parameters", names, _parameters, 0))
    head = [f"T {length}" for length in scale.history_lengths]
    return (
        "Reconstruction on validation after the last step, bits per "
        "character; no KL term; the units of the LSTM are chosen to equal the "
        "convolutions' parameters.\n\n"
        + table(["model", *head], [*costs, *sizes])
    )


def _name(length, kind):
    return f"ptb-T{length}-{kind}-autoencoder"


def _bits(row: dict[str, float], length: int) -> float:
    return row["val_reconstruction"] / math.log(2) / length


def _final_bits(record: dict[str, Any]) -> float:
    return _bits(record["curves"][-1], record["config"]["data"]["length"])


def _parameters(record: dict[str, Any]) -> float:
    return record["parameters"]


def _steps_until_fit(record: dict[str, Any]) -> float:
    length = record["config"]["data"]["length"]
    for row in record["curves"]:
        if _bits(row, length) < 0.5:
            return row["step"]
    return math.inf
