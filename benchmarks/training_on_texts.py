"""Training steps on texts: this library, an earlier one, and its peers."""

import collections
import dataclasses
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.report import in_own_process
from benchmarks.texts import training_batches
from hcvae_tf.models.presets import preset
from pipelines.vocabulary import PAD, Vocabulary

WARM_UP = 3
_OWN = ("float32", "bfloat16")
_BEFORE = "before"
# Presets had other sizes earlier.
_SIZES = ("z_size", "maps", "feature_size", "encoder_units", "decoder_units")


def rows(settings):
    """Yields a row for each model, batch size and number of cores.

    This library trains on texts grouped by length, the others on texts as
    shuffled and padded. In each round every model trains on the next texts, in
    a process of its own.

    Args:
        settings: a `TrainStep`.
    """
    for batch, cores in itertools.product(settings.batches, settings.cores):
        config = preset(settings.preset).replace("data", length=settings.length)
        config = config.replace("training", batch_size=batch)
        if settings.units:
            config = config.replace("model", decoder_units=settings.units)
        yield from _rows(settings, config, cores)


def _rows(settings, config, cores):
    batch = config.training.batch_size
    size = WARM_UP + settings.steps
    blocks = {
        grouped: training_batches(
            settings.data,
            settings.length,
            batch,
            settings.rounds * size,
            grouped,
        )
        for grouped in (False, True)
    }
    names = [*_OWN, *settings.peer]
    if settings.before:
        names += [f"{_BEFORE}, {precision}" for precision in _OWN]
    rates, seconds = (collections.defaultdict(list) for _ in range(2))
    for begin in range(0, settings.rounds * size, size):
        for name in names:
            block = blocks[name in _OWN][begin : begin + size]
            texts = block[WARM_UP:]
            characters = sum(int((tokens != PAD).sum()) for tokens in texts)
            spent = in_own_process(
                measure, name, config, block, cores, settings
            )
            seconds[name].append(spent / settings.steps)
            rates[name].append(characters / spent)
    typical = {name: statistics.median(rates[name]) for name in names}
    for name, rate in typical.items():
        yield {
            "model": f"{settings.preset}, {name}" if name in _OWN else name,
            "batch": batch,
            "cores": cores,
            "ms a step": f"{statistics.median(seconds[name]) * 1000:,.0f}",
            "real characters/s": f"{rate:,.0f}",
            **{
                f"times {other}": f"{rate / typical[other]:.2f}"
                for other in names[len(_OWN) :]
            },
        }


def measure(name, config, batches, cores, settings) -> float:
    """Returns the seconds of all steps after the warm-up.

    Args:
        name: precision of this library's model, name of a `Peer`, or `before`
            with a precision.
        config: settings of the model.
        batches: int32 arrays of shape `(batch, length)`.
        cores: number of cores to use.
        settings: a `TrainStep`.
    """
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    if name.startswith(_BEFORE):
        return _before(name.split(", ")[1], config, batches, settings)
    step = _own_step(name, config) if name in _OWN else _peer_step(name, config)
    for tokens in batches[:WARM_UP]:
        step(tokens)
    begin = time.perf_counter()
    for tokens in batches[WARM_UP:]:
        step(tokens)
    return time.perf_counter() - begin


def _own_step(precision, config):
    from hcvae_tf.training.threads import share_cores

    share_cores()

    import tensorflow as tf

    from hcvae_tf.training.compiled_model import compiled_model

    config = config.replace("training", precision=precision)
    train = tf.function(compiled_model(config, Vocabulary()).train_step)
    return lambda tokens: train(tf.constant(tokens))["loss"].numpy()


def _peer_step(peer, config):
    if peer == "keras":
        import tensorflow as tf

        from benchmarks.stock import StockTextVAE

        objective = config.objective.in_steps(config.training.steps)
        config = dataclasses.replace(config, objective=objective)
        train = tf.function(StockTextVAE(config, Vocabulary()).train_step)
        return lambda tokens: train(tf.constant(tokens))["loss"].numpy()
    from benchmarks.pytorch.peers import build_peer
    from benchmarks.pytorch.training import Trainer

    return Trainer(build_peer(peer, config, Vocabulary()), config).train_step


def _before(precision, config, batches, settings):
    """Times the steps of an earlier version, which has this file beside it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "batches.npy"
        np.save(file, np.stack(batches))
        command = [sys.executable, Path(__file__).with_name("earlier.py")]
        command += [
            settings.preset,
            precision,
            json.dumps({name: getattr(config.model, name) for name in _SIZES}),
            WARM_UP,
            file,
        ]
        result = subprocess.run(
            [*map(str, command)],
            env={**os.environ, "PYTHONPATH": settings.before},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(result.stdout.split()[-1])
