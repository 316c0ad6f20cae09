"""Writing texts: the loop in the graph against a Python loop over `step`."""

import dataclasses
import sys

from benchmarks.endless import endless
from benchmarks.report import print_table
from hcvae_tf.models.presets import preset
from hcvae_tf.training.environment import median_seconds
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Generate:
    """Times the tweet hybrid with LSTM and with ByteNet, untrained.

    Ends of texts are made impossible, so every text has its full length.
    """

    texts: tuple[int, ...] = (1, 256)
    """Texts written at a time."""
    length: int = 128
    """Characters per text."""
    lengths: tuple[int, ...] = (32, 64, 128, 256)
    """Lengths at which ByteNet's cost per character is shown."""
    units: int = 1_000
    """Size of the LSTM."""
    rounds: int = 5
    """How often each is timed; the median counts."""


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
        for way, temperature in (("greedy", 0.0), ("temperature 1", 1.0)):
            functions = {
                "one loop in the graph": _in_graph(trained, count, temperature),
                "Python loop over step": _in_python(
                    trained, count, temperature
                ),
            }
            seconds = median_seconds(functions, settings.rounds)
            for name, median in seconds.items():
                slow = seconds["Python loop over step"]
                yield {
                    "texts": count,
                    "choice": way,
                    "how": name,
                    "ms for all": f"{median * 1000:,.0f}",
                    "ms per character": f"{median * 1e3 / settings.length:.2f}",
                    "texts/s": f"{count / median:,.1f}",
                    "times Python": f"{slow / median:.1f}",
                }


def _cost_rows(settings):
    kept, again = {}, {}
    for length in settings.lengths:
        trained = _trained(settings, length, "bytenet", bytenet_layers=10)
        kept[length] = _in_graph(trained, 1, 0.0)
        again[length] = _recomputing(trained)
    ways = {
        "ms per character, past activations kept": median_seconds(
            kept, settings.rounds
        ),
        "ms per character, whole text computed again": median_seconds(
            again, settings.rounds
        ),
    }
    for length in settings.lengths:
        yield {
            "characters": length,
            **{
                way: f"{seconds[length] * 1e3 / length:.2f}"
                for way, seconds in ways.items()
            },
        }


def _trained(settings, length, language_model, **model):
    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

    config = preset("tweets-hybrid").replace("data", length=length)
    return TrainedTextVAE(
        endless(
            config.replace(
                "model",
                language_model=language_model,
                decoder_units=settings.units,
                **model,
            )
        )
    )


def _in_graph(trained, count, temperature):
    return lambda: trained.sample(count, temperature=temperature)


def _in_python(trained, count, temperature):
    import tensorflow as tf

    here = trained.signatures
    decoder = here.model.decoder

    def write():
        state = decoder.initial_state(tf.random.normal((count, here.z_size)))
        token = tf.fill((count,), here.model.start)
        tokens = []
        for _ in range(here.length):
            logits, state = decoder.step(state, token)
            if temperature:
                drawn = tf.random.categorical(logits / temperature, 1)
                token = tf.cast(drawn[:, 0], tf.int32)
            else:
                token = tf.argmax(logits, axis=-1, output_type=tf.int32)
            tokens.append(token)
        return here.vocabulary.decode(tf.stack(tokens, axis=1)).numpy()

    return write


def _recomputing(trained):
    import tensorflow as tf

    ends = trained.signatures
    model = ends.model

    @tf.function
    def write(z):
        tokens = tf.zeros((1, ends.length), tf.int32)
        for place in tf.range(ends.length):
            previous = model.previous_tokens(tokens)
            logits, _ = model.decoder(z, previous)
            token = tf.argmax(logits[:, place], -1, output_type=tf.int32)
            here = tf.one_hot(place, ends.length, dtype=tf.int32)
            tokens += token[:, None] * here
        return tokens

    return lambda: write(tf.random.normal((1, ends.z_size))).numpy()


if __name__ == "__main__":
    run_command(main)
