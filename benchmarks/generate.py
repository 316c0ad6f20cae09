"""Generating texts: a loop in the graph against a Python loop over `step`."""

import dataclasses
import sys

from benchmarks.endless import endless
from benchmarks.peers import TorchPeer
from benchmarks.report import print_table
from hcvae_tf.models.presets import preset
from hcvae_tf.training.environment import median_seconds
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Generate:
    """Times how the untrained tweet hybrid generates, with LSTM and ByteNet.

    The models never end a text early, so every text has its full length.
    """

    texts: tuple[int, ...] = (1, 256)
    """Texts generated at a time."""
    length: int = 128
    """Characters per text."""
    lengths: tuple[int, ...] = (32, 64, 128, 256)
    """Lengths at which ByteNet's cost per character is shown."""
    units: int = 1_000
    """Units of the LSTM."""
    rounds: int = 5
    """Number of timed rounds; the median is reported."""
    peer: tuple[TorchPeer, ...] = ()
    """Peers in PyTorch that also write, greedily, with an LSTM."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Generate, "python -m benchmarks.generate", sys.argv[1:], Generate()
    )
    for name in ("lstm", "bytenet"):
        print_table(
            f"Writing texts of {settings.length} characters, tweet hybrid with "
            f"{name}, float32, median of {settings.rounds}",
            _rows(settings, name),
        )
    print_table(
        "Cost of a character, ByteNet hybrid with ten layers, one text, "
        f"float32, median of {settings.rounds}",
        _cost_rows(settings),
    )
    return 0


def _rows(settings, language_model):
    trained = _trained(settings, settings.length, language_model)
    for count in settings.texts:
        for choice, temperature in (("greedy", 0.0), ("temperature 1", 1.0)):
            functions = {
                "one loop in the graph": _in_graph(trained, count, temperature),
                "Python loop over step": _in_python(
                    trained, count, temperature
                ),
            }
            if language_model == "lstm" and not temperature:
                config = _config(settings, settings.length)
                for peer in settings.peer:
                    functions[peer] = _in_torch(peer, config, count)
            seconds = median_seconds(functions, settings.rounds)
            for name, median in seconds.items():
                slow = seconds["Python loop over step"]
                yield {
                    "texts": count,
                    "choice": choice,
                    "how": name,
                    "ms for all": f"{median * 1000:,.0f}",
                    "ms per character": f"{median * 1e3 / settings.length:.2f}",
                    "texts/s": f"{count / median:,.1f}",
                    "times Python": f"{slow / median:.1f}",
                }


def _cost_rows(settings):
    cached, recomputed = {}, {}
    for length in settings.lengths:
        trained = _trained(settings, length, "bytenet", bytenet_layers=10)
        cached[length] = _in_graph(trained, 1, 0.0)
        recomputed[length] = _recomputing(trained)
    columns = {
        "ms per character, past activations kept": median_seconds(
            cached, settings.rounds
        ),
        "ms per character, whole text computed again": median_seconds(
            recomputed, settings.rounds
        ),
    }
    for length in settings.lengths:
        yield {
            "characters": length,
            **{
                title: f"{seconds[length] * 1e3 / length:.2f}"
                for title, seconds in columns.items()
            },
        }


def _trained(settings, length, language_model, **model):
    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

    config = _config(settings, length)
    return TrainedTextVAE(
        endless(config.replace("model", language_model=language_model, **model))
    )


def _config(settings, length):
    return (
        preset("tweets-hybrid")
        .replace("data", length=length)
        .replace("model", decoder_units=settings.units)
    )


def _in_graph(trained, count, temperature):
    return lambda: trained.sample(count, temperature=temperature)


def _in_python(trained, count, temperature):
    import tensorflow as tf

    signatures = trained.signatures
    decoder = signatures.model.decoder

    def write():
        state = decoder.initial_state(
            tf.random.normal((count, signatures.z_size))
        )
        token = tf.fill((count,), signatures.model.start)
        tokens = []
        for _ in range(signatures.length):
            logits, state = decoder.step(state, token)
            if temperature:
                drawn = tf.random.categorical(logits / temperature, 1)
                token = tf.cast(drawn[:, 0], tf.int32)
            else:
                token = tf.argmax(logits, axis=-1, output_type=tf.int32)
            tokens.append(token)
        return signatures.vocabulary.decode(tf.stack(tokens, axis=1)).numpy()

    return write


def _in_torch(peer, config, count):
    import torch

    from benchmarks.pytorch.generation import endless_peer, write
    from pipelines.vocabulary import Vocabulary

    vocabulary = Vocabulary()
    model = endless_peer(peer, config, vocabulary)

    def texts():
        tokens = write(model, torch.randn(count, model.z_size))
        return vocabulary.decode(tokens.numpy()).numpy()

    return texts


def _recomputing(trained):
    import tensorflow as tf

    signatures = trained.signatures
    model = signatures.model

    @tf.function
    def write(z):
        tokens = tf.zeros((1, signatures.length), tf.int32)
        for position in tf.range(signatures.length):
            previous = model.previous_tokens(tokens)
            logits, *_ = model.decoder(z, previous)
            token = tf.argmax(logits[:, position], -1, output_type=tf.int32)
            mask = tf.one_hot(position, signatures.length, dtype=tf.int32)
            tokens += token[:, None] * mask
        return tokens

    return lambda: write(tf.random.normal((1, signatures.z_size))).numpy()


if __name__ == "__main__":
    run_command(main)
