"""Layer-norm LSTM, forward and backward, against Keras's own layers."""

import dataclasses
import sys

from benchmarks.report import print_table
from hcvae_tf.training.environment import median_seconds
from pipelines.command_line import parse, run_command


@dataclasses.dataclass(frozen=True)
class Recurrent:
    """Times LayerNormLSTM against keras.layers.RNN and keras.layers.LSTM."""

    units: int = 1_000
    """Units of the LSTM; the paper's tweet model has 1,000."""
    length: int = 128
    """Characters per text."""
    features: int = 200
    """Width of the features next to the one-hot token."""
    batches: tuple[int, ...] = (32, 128)
    """Texts per step."""
    rounds: int = 5
    """Number of timed rounds; the median is reported."""


def main() -> int:
    """Runs the benchmark."""
    settings = parse(
        Recurrent, "python -m benchmarks.recurrent", sys.argv[1:], Recurrent()
    )
    for batch in settings.batches:
        print_table(
            f"Forward and backward, {settings.units} units, "
            f"{settings.length} characters, {settings.features} features, "
            f"batch {batch}, median of {settings.rounds}",
            _rows(settings, batch),
        )
    return 0


def _rows(settings, batch):
    seconds = median_seconds(_functions(settings, batch), settings.rounds)
    base = seconds["keras.layers.RNN over a cell, float32"]
    characters = batch * settings.length
    for name, median in seconds.items():
        yield {
            "layer": name,
            "ms": f"{median * 1000:,.0f}",
            "characters/s": f"{characters / median:,.0f}",
            "times the float32 cell": f"{base / median:.2f}",
        }


def _functions(settings, batch):
    import keras
    import tensorflow as tf

    from benchmarks.stock import layer_norm_lstm
    from hcvae_tf.layers.halves import in_halves
    from hcvae_tf.layers.layer_norm_lstm import LayerNormLSTM

    token_count = 261
    shape = batch, settings.length
    tokens = tf.random.uniform(shape, 0, token_count, tf.int32)

    def function(layer, concatenated, dtype):
        features = tf.cast(tf.random.normal((*shape, settings.features)), dtype)

        @tf.function
        def step(tokens, features):
            with tf.GradientTape() as tape:
                tape.watch(features)
                if concatenated:
                    one_hot = tf.one_hot(tokens, token_count, dtype=dtype)
                    outputs = layer(tf.concat([one_hot, features], axis=-1))
                else:
                    outputs = in_halves(
                        lambda *inputs: layer(*inputs, training=True)[0],
                        tokens,
                        features,
                        training=True,
                    )
                loss = tf.reduce_sum(tf.square(tf.cast(outputs, tf.float32)))
            weights = [weight.value for weight in layer.trainable_weights]
            gradients = tape.gradient(loss, [*weights, features])
            # One number of each keeps all gradients in the graph.
            return tf.add_n(
                [tf.cast(tf.reshape(g, [-1])[0], tf.float32) for g in gradients]
            )

        return lambda: step(tokens, features).numpy()

    functions = {}
    for name, policy in (
        ("float32", "float32"),
        ("bfloat16", "mixed_bfloat16"),
    ):
        keras.config.set_dtype_policy(policy)
        units = settings.units
        for layer_name, concatenated, layer in (
            ("keras.layers.RNN over a cell", True, layer_norm_lstm(units)),
            (
                "keras.layers.LSTM (no layer norm)",
                True,
                keras.layers.LSTM(units, return_sequences=True),
            ),
            (
                "LayerNormLSTM",
                False,
                LayerNormLSTM(units, token_count, settings.features),
            ),
        ):
            functions[f"{layer_name}, {name}"] = function(
                layer, concatenated, name
            )
    keras.config.set_dtype_policy("float32")
    return functions


if __name__ == "__main__":
    run_command(main)
