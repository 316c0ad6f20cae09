"""Speed of the training streams alone, against the speed of training."""

import dataclasses
import itertools
import statistics
import sys
import time

from benchmarks.report import in_own_process, median, peak_mib, print_table
from hcvae_tf.models.presets import preset
from pipelines import registry
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Input:
    """Times the streams of datasets, and the step of small-characters."""

    datasets: tuple[str, ...] = ("ptb", "tweets")
    """Names of the datasets, as for fit."""
    data_file: str | None = None
    """File of your own tweets, for the dataset tweets."""
    data_dir: str | None = None
    """Folder of prepared data (default: that of tensorflow-datasets)."""
    batch: int = 32
    """Texts per batch."""
    batches: int = 5_000
    """Batches read in each timing."""
    rounds: int = 5
    """How often each dataset is timed; the median counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(Input, "python -m benchmarks.input", sys.argv[1:], Input())
    for name in settings.datasets:
        registry.check(name, _file(settings, name), None)
    rows = [in_own_process(measure, settings, n) for n in settings.datasets]
    print_table(
        f"Training streams alone, batch {settings.batch}, median of "
        f"{settings.rounds} times {settings.batches:,} batches; training is "
        "the preset small-characters on the same texts, --precision auto",
        rows,
    )
    return 0


def measure(settings, name):
    """Returns the row of one dataset."""
    import tensorflow as tf

    from pipelines.load import load

    before = peak_mib()
    corpus = load(
        name, data_file=_file(settings, name), data_dir=settings.data_dir
    )
    length = corpus.default_length
    stream = corpus.training(length, settings.batch, 0, 0)
    batches = iter(stream)
    first = next(batches)
    seconds = []
    for _ in range(settings.rounds):
        begin = time.perf_counter()
        for batch in itertools.islice(batches, settings.batches):
            assert batch.shape == first.shape
        seconds.append(time.perf_counter() - begin)
    rate = settings.batches / statistics.median(seconds)
    peak = peak_mib()
    train = tf.function(_model(corpus, length, settings.batch).train_step)
    step = median(lambda: train(first)["loss"].numpy(), settings.rounds)
    return {
        "data set": corpus.name,
        "characters a text": length,
        "batches/s": f"{rate:,.0f}",
        "training steps/s": f"{1 / step:.1f}",
        "times training": f"{rate * step:,.0f}",
        "peak memory, MiB": f"{peak:,.0f}",
        "of which TensorFlow": f"{before:,.0f}",
    }


def _model(corpus, length, batch):
    from hcvae_tf.training.compiled_model import compiled_model

    config = (
        preset("small-characters")
        .replace("data", length=length)
        .replace("training", batch_size=batch)
    )
    return compiled_model(config, corpus.vocabulary)


def _file(settings, name):
    return settings.data_file if name == "tweets" else None


if __name__ == "__main__":
    run_command(main)
