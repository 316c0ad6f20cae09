"""Training on texts grouped by length, against texts as shuffled."""

import dataclasses
import itertools
import statistics
import sys
import time

from benchmarks.report import print_table
from hcvae_tf.models.presets import preset
from hcvae_tf.training.threads import share_cores
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class GroupByLength:
    """Times training with and without --group-by-length, in turns.

    Only the characters of texts count, not the padding.
    """

    data_file: str | None = None
    """Your own texts (default: the synthetic tweets)."""
    data_dir: str | None = None
    """Folder of prepared datasets (default: that of tensorflow-datasets)."""
    preset: str = "small-characters"
    """Name of a preset that reads characters."""
    steps: int = 128
    """Steps per round."""
    rounds: int = 3
    """Rounds of both ways in turns; the median of their ratios counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        GroupByLength,
        "python -m benchmarks.group_by_length",
        sys.argv[1:],
        GroupByLength(),
    )
    share_cores()

    from pipelines.load import load

    dataset = "tweets" if settings.data_file else "tweets/synthetic"
    corpus = load(
        dataset, data_file=settings.data_file, data_dir=settings.data_dir
    )
    length = corpus.default_length
    config = preset(settings.preset).replace("data", length=length)
    batch = config.training.batch_size
    print_table(
        f"Training of {settings.preset} on {corpus.name}, batch {batch}, "
        f"{settings.rounds} rounds of {settings.steps} steps",
        _rows(settings, config, corpus),
    )
    return 0


def _rows(settings, config, corpus):
    from hcvae_tf.training.compiled_model import compiled_model

    model = compiled_model(config, corpus.vocabulary)
    train = _train(model)
    streams = {
        grouped: iter(
            corpus.training(
                config.data.length,
                config.training.batch_size,
                config.training.seed,
                group_by_length=grouped,
            )
        )
        for grouped in (False, True)
    }
    # The first step traces and compiles.
    train(next(streams[False]))
    rounds = {grouped: [] for grouped in streams}
    for _ in range(settings.rounds):
        for grouped, stream in streams.items():
            batches = list(itertools.islice(stream, settings.steps))
            rounds[grouped].append(measure(train, batches))
    rates = {
        grouped: [characters / seconds for characters, _, seconds in results]
        for grouped, results in rounds.items()
    }
    ratios = map(lambda a, b: a / b, rates[True], rates[False])
    ratio = statistics.median(ratios)
    for grouped, results in rounds.items():
        characters, positions, _ = map(sum, zip(*results, strict=True))
        yield {
            "texts": "grouped by length" if grouped else "as shuffled",
            "characters/s": f"{statistics.median(rates[grouped]):,.0f}",
            "times as shuffled": f"{ratio:.2f}" if grouped else "",
            "padding": f"{1 - characters / positions:.0%}",
        }


def _train(model):
    import tensorflow as tf

    step = tf.function(model.train_step)
    return lambda tokens: step(tokens)["loss"].numpy()


def measure(train, batches):
    """Trains on batches; returns characters, positions and seconds.

    Positions are those up to the longest text of each batch.
    """
    import numpy as np

    counts = [np.count_nonzero(batch, axis=1) for batch in batches]
    begin = time.perf_counter()
    for batch in batches:
        train(batch)
    seconds = time.perf_counter() - begin
    characters = sum(int(each.sum()) for each in counts)
    positions = sum(int(each.max()) * len(each) for each in counts)
    return characters, positions, seconds


if __name__ == "__main__":
    run_command(main)
