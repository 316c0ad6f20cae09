"""Speed of characters against subwords: training, writing, one request."""

import collections
import dataclasses
import itertools
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.endless import endless
from benchmarks.report import in_own_process, median, print_table
from benchmarks.texts import tweets
from hcvae_tf.models.presets import preset
from hcvae_tf.training.threads import share_cores
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Units:
    """Times a preset on tweets whose tokens are characters and subwords.

    In each round every kind of token has its turn, in a process of its own.
    """

    data: str = "synthetic"
    """File of your own tweets; or synthetic."""
    preset: str = "small"
    """Preset of the model."""
    sizes: tuple[int, ...] = (500, 2_000, 8_000)
    """Sizes of the vocabularies of subwords."""
    precision: str = "auto"
    """Precision of matrix products, as for fit."""
    warm_up: int = 100
    """Training steps before those that are timed."""
    steps: int = 200
    """Training steps that are timed."""
    texts: int = 256
    """Texts that are written at once."""
    rounds: int = 3
    """Rounds; the median counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(Units, "python -m benchmarks.units", sys.argv[1:], Units())
    print_table(
        f"{settings.preset}, {settings.precision}, tweets ({settings.data}), "
        f"median of {settings.rounds} rounds",
        rows(settings),
    )
    return 0


def rows(settings):
    """Yields a row for characters and for each size."""
    kinds = (None, *settings.sizes)
    found = collections.defaultdict(list)
    for kind in kinds * settings.rounds:
        measures = in_own_process(train, settings, kind)
        # Another process, because training shares its cores differently.
        tokens = measures["tokens a text"]
        measures |= in_own_process(use, settings, kind, round(tokens))
        found[kind].append(measures)
    for kind in kinds:
        typical = {
            name: statistics.median(each[name] for each in found[kind])
            for name in found[kind][0]
        }
        yield {
            "tokens": f"{kind:,} subwords" if kind else "characters",
            **{name: f"{value:,.4g}" for name, value in typical.items()},
        }


def train(settings, size):
    """Returns measures of training steps, with their stream of texts."""
    share_cores()

    import numpy as np
    import tensorflow as tf

    from hcvae_tf.training.compiled_model import compiled_model

    corpus, config = _corpus(settings, size)
    model = compiled_model(config, corpus.vocabulary)
    batch = config.training.batch_size
    batches = iter(
        corpus.training(config.data.length, batch, 0, group_by_length=True)
    )
    step = tf.function(model.train_step)
    for tokens in itertools.islice(batches, settings.warm_up):
        step(tokens)["loss"].numpy()
    read = []
    begin, cpu = time.perf_counter(), time.process_time()
    for tokens in itertools.islice(batches, settings.steps):
        step(tokens)["loss"].numpy()
        read.append(tokens)
    seconds = time.perf_counter() - begin
    cpu = time.process_time() - cpu
    characters = sum(float(np.sum(model.characters(each))) for each in read)
    texts = settings.steps * batch
    # What the stream alone takes, of the processor's time of a step.
    stream = time.process_time()
    for _ in itertools.islice(batches, settings.steps):
        pass
    stream = time.process_time() - stream
    return {
        "parameters, M": model.count_params() / 1e6,
        "tokens a text": sum(map(np.count_nonzero, read)) / texts,
        "ms a step": 1e3 * seconds / settings.steps,
        "texts/s": texts / seconds,
        "characters/s": characters / seconds,
        "stream, % of CPU": 100 * stream / cpu,
    }


def use(settings, size, tokens):
    """Returns the time to write texts, and that of one request to an export.

    The model is untrained and writes texts of this number of tokens.
    """
    import numpy as np

    from hcvae_tf.inference.exported_signatures import ExportedSignatures
    from hcvae_tf.serving.export_model import write_saved_model

    corpus, config = _corpus(settings, size)
    config = config.replace("data", length=tokens)
    signatures = endless(config, corpus.vocabulary)

    def write():
        signatures(
            "sample",
            {
                "seed": np.arange(settings.texts),
                "temperature": np.zeros(settings.texts, "float32"),
            },
        )

    (row,) = corpus.texts("validation").take(1)
    inputs = {
        "text": np.array([row["text"].numpy()], object),
        "temperature": np.zeros(1, "float32"),
        "seed": np.zeros(1, "int64"),
    }
    with tempfile.TemporaryDirectory() as folder:
        write_saved_model(signatures, Path(folder))
        export = ExportedSignatures(Path(folder))
    return {
        f"{settings.texts} texts, s": median(write, 3),
        "one request, ms": 1e3
        * median(lambda: export("reconstruct", inputs), 20),
    }


def _corpus(settings, size):
    corpus = tweets(settings.data, size)
    config = preset(settings.preset).replace(
        "data", length=corpus.default_length
    )
    return corpus, config.replace("training", precision=settings.precision)


if __name__ == "__main__":
    run_command(main)
