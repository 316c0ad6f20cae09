"""Training on two workers of one core each, against one worker."""

import collections
import dataclasses
import json
import multiprocessing
import os
import socket
import statistics
import time
from typing import Literal

from benchmarks.report import print_table
from hcvae_tf.models.presets import preset
from pipelines.command_line import parse, run_command
from pipelines.cores import cores
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class Workers:
    """Times training steps under MultiWorkerMirroredStrategy on loopback."""

    preset: str = "small"
    """Preset of the model."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Precision of matrix products."""
    length: int = 60
    """Characters per text."""
    batch: int = 64
    """Texts per step of one worker."""
    steps: int = 20
    """Steps in each timed epoch."""
    rounds: int = 3
    """How often each case is started, in turns; the median counts."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(Workers, "python -m benchmarks.workers")
    if cores() < 2:
        raise UserError("two workers need two cores; use a larger machine")
    # Workers of each training, and its texts per step. Trainings side by side
    # show the most that two cores can do.
    cases = {
        "1 worker": ([1], settings.batch),
        "2 trainings of 1 worker, side by side": ([1, 1], settings.batch),
        "2 workers, the same batch": ([2], settings.batch),
        "2 workers, twice the batch": ([2], 2 * settings.batch),
    }
    rates = collections.defaultdict(list)
    for _ in range(settings.rounds):
        for name, (trainings, batch) in cases.items():
            rates[name].append(_texts_per_second(settings, trainings, batch))
    rates = {name: statistics.median(each) for name, each in rates.items()}
    print_table(
        f"Training `{settings.preset}`, {settings.length} characters, "
        f"{settings.precision}, one core a worker, "
        f"median of {settings.rounds} starts",
        (
            {
                "": name,
                "texts per step": cases[name][1],
                "texts/s": f"{rate:.0f}",
                "speed-up": f"{rate / rates['1 worker']:.2f}",
            }
            for name, rate in rates.items()
        ),
    )
    return 0


def _texts_per_second(
    settings: Workers, trainings: list[int], batch: int
) -> float:
    """Starts all workers; returns the texts per second of all trainings."""
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    cores = iter(sorted(os.sched_getaffinity(0)))
    processes = [
        context.Process(
            target=measure,
            args=(settings, hosts, index, next(cores), batch, answers),
        )
        for hosts in map(_hosts, trainings)
        for index in range(len(hosts))
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        if process.exitcode:
            raise UserError("a worker failed; see its output above")
    return sum(batch / answers.get() for _ in trainings)


def _hosts(workers: int) -> list[str]:
    """Finds a free address of this machine for each worker."""
    hosts = []
    for _ in range(workers):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            hosts.append(f"127.0.0.1:{free.getsockname()[1]}")
    return hosts


def measure(
    settings: Workers,
    hosts: list[str],
    index: int,
    core: int,
    batch: int,
    answers,
) -> None:
    """Trains as one worker; the chief reports the seconds of a step."""
    os.sched_setaffinity(0, {core})
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    task = {"type": "worker", "index": index}
    if len(hosts) > 1:
        cluster = {"worker": hosts}
        os.environ["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": task})
    from hcvae_tf.training.distribution import Distribution

    distribution = Distribution("auto")
    import keras
    import numpy as np
    import tensorflow as tf

    from hcvae_tf.training.compiled_model import compiled_model
    from pipelines.vocabulary import Vocabulary

    vocabulary = Vocabulary(bytes(range(50)))
    config = (
        preset(settings.preset)
        .replace("data", length=settings.length)
        .replace("training", precision=settings.precision)
    )
    with distribution.strategy.scope():
        model = compiled_model(config, vocabulary)
    shape = (batch, settings.length)
    tokens = np.random.default_rng(0).integers(3, vocabulary.size, shape)
    tokens = tokens.astype("int32")

    def stream(share):
        rows = tokens[share.rows(batch)]
        return tf.data.Dataset.from_tensors(rows).repeat()

    seconds = []

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.begin = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            seconds.append((time.perf_counter() - self.begin) / settings.steps)

    model.fit(
        distribution.batches(stream, batch),
        epochs=4,
        steps_per_epoch=settings.steps,
        callbacks=[Clock()],
        shuffle=False,
        verbose=0,
    )
    if distribution.chief:
        # The first epoch compiles.
        answers.put(statistics.median(seconds[1:]))


if __name__ == "__main__":
    run_command(main)
