"""Training steps of the hybrid against those of its peers in PyTorch."""

import collections
import statistics
import time

from benchmarks.report import in_own_process
from benchmarks.texts import training_batches
from hcvae_tf.models.presets import preset
from pipelines.vocabulary import PAD, Vocabulary

_WARM_UP = 2


def rows(settings, batch):
    """Yields a row for this library in each precision, and one for each peer.

    All train on the same batches of texts. In each round every model trains on
    the next ones, in a process of its own.

    Args:
        settings: a `TrainStep`.
        batch: texts per batch.
    """
    config = (
        preset(settings.preset)
        .replace("data", length=settings.length)
        .replace("model", decoder_units=settings.units)
        .replace("training", batch_size=batch)
    )
    size = _WARM_UP + settings.steps
    batches = training_batches(
        settings.data_file, settings.length, batch, settings.rounds * size
    )
    rates, seconds = (collections.defaultdict(list) for _ in range(2))
    for begin in range(0, len(batches), size):
        block = batches[begin : begin + size]
        characters = sum((tokens != PAD).sum() for tokens in block[_WARM_UP:])
        for name in ("float32", "bfloat16", *settings.peer):
            spent = in_own_process(measure, name, config, block)
            seconds[name].append(spent / settings.steps)
            rates[name].append(characters / spent)
    typical = {name: statistics.median(rates[name]) for name in rates}
    for name, rate in typical.items():
        yield {
            "model": name if name in settings.peer else f"hybrid, {name}",
            "ms a step": f"{statistics.median(seconds[name]) * 1000:,.0f}",
            "real characters/s": f"{rate:,.0f}",
            **{
                f"times {peer}": f"{rate / typical[peer]:.2f}"
                for peer in settings.peer
            },
        }


def measure(name, config, batches) -> float:
    """Returns the seconds of all steps after the warm-up.

    Args:
        name: precision of this library's model, or name of a `Peer`.
        config: settings of a hybrid with an LSTM.
        batches: int32 arrays of shape `(batch, length)`.
    """
    make_step = _own_step if name in ("float32", "bfloat16") else _torch_step
    step = make_step(name, config)
    for tokens in batches[:_WARM_UP]:
        step(tokens)
    begin = time.perf_counter()
    for tokens in batches[_WARM_UP:]:
        step(tokens)
    return time.perf_counter() - begin


def _own_step(precision, config):
    import tensorflow as tf

    from hcvae_tf.training.compiled_model import compiled_model

    config = config.replace("training", precision=precision)
    train = tf.function(compiled_model(config, Vocabulary()).train_step)
    return lambda tokens: train(tf.constant(tokens))["loss"].numpy()


def _torch_step(peer, config):
    from benchmarks.pytorch.peers import build_peer
    from benchmarks.pytorch.training import Trainer

    model = build_peer(peer, config, Vocabulary())
    return Trainer(model, config).train_step
