"""Training steps of the paper's tweet models and of their stock peers."""

import collections
import dataclasses
import statistics
import sys
from typing import Literal

from benchmarks import training_on_texts
from benchmarks.peers import Peer
from benchmarks.report import in_own_process, median, print_table
from hcvae_tf.models.presets import preset
from hcvae_tf.training.threads import share_cores
from pipelines.command_line import parse, run_command
from pipelines.cores import cores
from pipelines.errors import UserError

_MODELS = {
    "hybrid": preset("tweets-hybrid"),
    "LSTM VAE": preset("tweets-lstm-vae"),
    "ByteNet hybrid": preset("tweets-hybrid").replace(
        "model", language_model="bytenet"
    ),
}
_PEERS = ("hybrid", "LSTM VAE")


@dataclasses.dataclass(frozen=True)
class TrainStep:
    """Times the tweet hybrid, the LSTM VAE and the ByteNet hybrid."""

    batches: tuple[int, ...] = (32, 128)
    """Texts per step."""
    length: int = 128
    """Characters per text."""
    units: int | None = None
    """Units of the LSTMs (default: 1000, or those of --preset)."""
    steps: int = 5
    """Steps timed in each process; their median counts."""
    rounds: int = 3
    """Processes of each model, in turns; their median counts."""
    data: str | None = None
    """Times a hybrid on texts instead, of which only the characters count, not
    the padding: a file of your own tweets, or synthetic."""
    preset: Literal["tweets-hybrid", "medium", "small"] = "tweets-hybrid"
    """Preset of the hybrid, for --data."""
    peer: tuple[Peer, ...] = ()
    """Other hybrids to compare with, for --data."""
    before: str | None = None
    """Folder with an earlier version of this library, for --data."""
    cores: tuple[int, ...] = (cores(),)
    """Numbers of cores, for --data."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        TrainStep, "python -m benchmarks.train_step", sys.argv[1:], TrainStep()
    )
    if settings.data:
        print_table(
            f"Training step of {settings.preset} on texts of up to "
            f"{settings.length} tokens, median of {settings.rounds} processes "
            f"of {settings.steps} steps",
            training_on_texts.rows(settings),
        )
        return 0
    if settings.peer or settings.before:
        raise UserError("`peer` and `before` need `data`: a file, or synthetic")
    settings = dataclasses.replace(settings, units=settings.units or 1_000)
    for batch in settings.batches:
        for precision in ("float32", "bfloat16"):
            print_table(
                f"Training step, {settings.length} characters, "
                f"{settings.units} units, batch {batch}, {precision}, "
                f"median of {settings.rounds} processes",
                _rows(settings, batch, precision),
            )
    from hcvae_tf.training.precision import faster_precision

    chosen = faster_precision(settings.units)
    print(f"\n--precision auto selects {chosen} here.")
    return 0


def _rows(settings, batch, precision):
    from benchmarks.products import product_rate

    rate = in_own_process(product_rate, precision)
    seconds = collections.defaultdict(list)
    flops, shares = {}, {}
    for _ in range(settings.rounds):
        for name in _MODELS:
            for peer in (False, True) if name in _PEERS else (False,):
                result = in_own_process(
                    measure, name, peer, settings, batch, precision
                )
                seconds[name, peer].append(result[0])
                flops[name, peer], shares[name, peer] = result[1:]
    medians = {key: statistics.median(times) for key, times in seconds.items()}
    for (name, peer), typical in medians.items():
        slow = medians.get((name, True))
        done = flops[name, False] / typical
        yield {
            "model": f"{name}, stock Keras" if peer else name,
            "ms": f"{typical * 1000:,.0f}",
            "characters/s": f"{batch * settings.length / typical:,.0f}",
            "times its stock peer": (
                f"{slow / typical:.2f}" if slow and not peer else ""
            ),
            "times our LSTM VAE": (
                f"{medians['LSTM VAE', False] / typical:.2f}"
            ),
            "time in products": f"{shares[name, peer]:.0%}",
            f"of {rate / 1e9:,.0f} GFLOP/s": f"{done / rate:.0%}",
        }


def measure(name, peer, settings, batch, precision):
    """Returns a step's seconds, FLOP of products and time share of products."""
    if not peer:
        share_cores()

    import keras

    from benchmarks.products import product_flops
    from benchmarks.profiler import by_product, milliseconds
    from benchmarks.stock import StockTextVAE
    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import Vocabulary

    vocabulary = Vocabulary(bytes(range(256)))
    config = (
        _MODELS[name]
        .replace("data", length=settings.length)
        .replace("training", batch_size=batch, precision=precision)
        .replace(
            "model",
            encoder_units=settings.units,
            decoder_units=settings.units,
        )
    )
    if peer:
        mixed = precision == "bfloat16"
        keras.config.set_dtype_policy("mixed_bfloat16" if mixed else "float32")
        model = StockTextVAE(config, vocabulary)
    else:
        model = compiled_model(config, vocabulary)
    step = train_step(model, batch, settings.length)
    seconds = median(step, settings.steps)
    wall, kinds = milliseconds(step, by_product)
    flops = 0 if peer else product_flops(model, batch, settings.length)
    return seconds, flops, kinds[True] / wall


def train_step(model, batch, length):
    """Returns a function that runs one training step and waits for it."""
    import tensorflow as tf

    # Tokens of characters begin at 3.
    tokens = tf.random.uniform((batch, length), 3, 259, tf.int32, seed=0)
    train = tf.function(model.train_step)
    return lambda: train(tokens)["loss"].numpy()


if __name__ == "__main__":
    run_command(main)
