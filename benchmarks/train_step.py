"""Whole training steps of the paper's tweet models, and of stock peers."""

import dataclasses
import sys

from benchmarks.report import medians, print_table
from hcvae_tf.presets import preset
from pipelines.command_line import parse, run_command

_MODELS = {
    "hybrid": preset("tweets-hybrid"),
    "LSTM VAE": preset("tweets-lstm-vae"),
    "ByteNet hybrid": preset("tweets-hybrid").replace(
        "model", language_model="bytenet"
    ),
}


@dataclasses.dataclass(frozen=True)
class TrainStep:
    """Times the tweet hybrid, the LSTM VAE and the ByteNet hybrid."""

    batches: tuple[int, ...] = (32, 128)
    """Texts per step."""
    length: int = 128
    """Characters per text."""
    units: int = 1_000
    """Size of the LSTMs."""
    rounds: int = 5
    """How often each step is timed; the median counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        TrainStep, "python -m benchmarks.train_step", sys.argv[1:], TrainStep()
    )
    for batch in settings.batches:
        for precision in ("float32", "bfloat16"):
            print_table(
                f"Training step, {settings.length} characters, "
                f"{settings.units} units, batch {batch}, {precision}, "
                f"median of {settings.rounds}",
                _rows(settings, batch, precision),
            )
    from hcvae_tf.precision import faster_precision

    print(f"\n--precision auto takes {faster_precision()} here.")
    return 0


def _rows(settings, batch, precision):
    from benchmarks.products import product_flops, product_rate, product_share

    models = _models(settings, batch, precision)
    steps = {name: _step(model, settings, batch) for name, model in models}
    seconds = medians(steps, settings.rounds)
    rate = product_rate(precision)
    flops = {
        name: product_flops(model, batch, settings.length)
        for name, model in models
        if name in _MODELS
    }
    for name, step in steps.items():
        peer = f"{name}, stock Keras"
        done = flops.get(name, flops.get(name.split(",")[0])) / seconds[name]
        yield {
            "model": name,
            "ms": f"{seconds[name] * 1000:,.0f}",
            "characters/s": f"{batch * settings.length / seconds[name]:,.0f}",
            "times its stock peer": f"{seconds[peer] / seconds[name]:.2f}"
            if peer in seconds
            else "",
            "times our LSTM VAE": f"{seconds['LSTM VAE'] / seconds[name]:.2f}",
            "time in products": f"{product_share(step):.0%}",
            f"of {rate / 1e9:,.0f} GFLOP/s": f"{done / rate:.0%}",
        }


def _models(settings, batch, precision):
    import keras

    from benchmarks.stock import StockTextVAE
    from hcvae_tf.build import build_model
    from pipelines.vocabulary import Vocabulary

    vocabulary = Vocabulary(bytes(range(256)))
    models = []
    for name, config in _MODELS.items():
        config = (
            config.replace("data", length=settings.length)
            .replace("training", batch_size=batch, precision=precision)
            .replace(
                "model",
                encoder_units=settings.units,
                decoder_units=settings.units,
            )
        )
        models.append((name, build_model(config, vocabulary)))
        if config.model.language_model == "lstm":
            mixed = precision == "bfloat16"
            keras.config.set_dtype_policy(
                "mixed_bfloat16" if mixed else "float32"
            )
            peer = StockTextVAE(config, vocabulary)
            models.append((f"{name}, stock Keras", peer))
            keras.config.set_dtype_policy("float32")
    return models


def _step(model, settings, batch):
    import tensorflow as tf

    # 3 is the first id of a character.
    shape = batch, settings.length
    tokens = tf.random.uniform(shape, 3, 259, tf.int32, seed=0)
    train = tf.function(model.train_step)
    return lambda: train(tokens)["loss"].numpy()


if __name__ == "__main__":
    run_command(main)
