"""The signatures of a model in this process.

`TrainedTextVAE` uses a model through them, and an export offers them, so both
give the same.
"""

import math

import numpy as np
import tensorflow as tf

from hcvae_tf.inference.generation import (
    generate,
    normal_rows,
    uniform_rows,
)
from hcvae_tf.inference.signatures import POINTS, SIGNATURES
from hcvae_tf.models.losses import cross_entropy, gaussian_kl
from hcvae_tf.models.text_vae import TextVAE
from pipelines.preparation.normalization import normalize_tweets
from pipelines.vocabulary import Vocabulary, character_counts, text_mask

# Products of other heights are rounded in other ways.
_ROWS = 8

# Of all inputs that are no texts.
_DTYPES = {
    "z": tf.float32,
    "temperature": tf.float32,
    "seed": tf.int64,
    "top_k": tf.int32,
    "top_p": tf.float32,
}


class LocalSignatures:
    """Calls the functions of a model in this process: strings in and out.

    Every input and output is a column with a row for each text. What a row
    gives depends on that row alone: a seed gives the same text in whatever
    batch it comes. Any bytes are a text. Of a text that is too long the
    beginning is taken, as in training, and `truncated` is true.

    Args:
        model: the model.
        vocabulary: of its texts.
        length: tokens per text.
        tweets: whether names and links are replaced as in tweets for
            training.
    """

    # How many rows are handled at once.
    rows = 256

    def __init__(
        self,
        model: TextVAE,
        vocabulary: Vocabulary,
        length: int,
        tweets: bool = False,
    ):
        self.model = model
        self.vocabulary = vocabulary
        self.length = length
        self.tweets = tweets
        self._functions = {}

    @property
    def z_size(self) -> int:
        """Width of the latent vector, 0 if there is none."""
        return self.model.z_size

    def __call__(
        self,
        name: str,
        inputs: dict[str, np.ndarray],
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> dict[str, np.ndarray]:
        """Calls one of the functions.

        Args:
            name: one of `SIGNATURES`.
            inputs: its columns by their names.
            top_k: see `next_token` in `generation.py`, as is `top_p`.
            top_p: float in (0, 1].
        """
        if top_k is not None:
            inputs = {**inputs, "top_k": top_k}
        if top_p is not None:
            inputs = {**inputs, "top_p": top_p}
        columns = {
            key: tf.constant(value, _DTYPES.get(key, tf.string))
            for key, value in inputs.items()
        }
        options = tuple(inputs)[len(SIGNATURES[name].inputs) :]
        outputs = self.function(name, options)(**columns)
        return {key: value.numpy() for key, value in outputs.items()}

    def function(self, name: str, options: tuple[str, ...] = ()):
        """One of the functions as a graph, for any number of rows.

        Args:
            name: one of `SIGNATURES`.
            options: what it takes besides: `top_k`, `top_p`, scalars.
        """
        if (name, options) not in self._functions:
            specs = {
                key: tf.TensorSpec((), _DTYPES[key], key) for key in options
            }
            for key in SIGNATURES[name].inputs:
                width = (self.z_size,) if key == "z" else ()
                dtype = _DTYPES.get(key, tf.string)
                specs[key] = tf.TensorSpec((None, *width), dtype, key)
            graph = tf.function(self._padded(name))
            self._functions[name, options] = graph.get_concrete_function(
                **specs
            )
        return self._functions[name, options]

    def encode(self, text):
        """Columns `z_mean` and `z_log_var`, `(batch, z_size)`."""
        text = self._normalised(text)
        z_mean, z_log_var = self.model.encode(self._tokens(text))
        return {
            "z_mean": z_mean,
            "z_log_var": z_log_var,
            "truncated": self._truncated(text),
        }

    def decode(self, z, temperature, seed, top_k=None, top_p=None):
        """Writes a text for each latent vector; the seed decides draws."""
        uniform = uniform_rows(seed, self.length)
        tokens = generate(
            self.model.decoder,
            z,
            self.model.start,
            uniform,
            temperature,
            top_k,
            top_p,
        )
        return {"text": self.vocabulary.decode(tokens)}

    def reconstruct(self, text, temperature, seed, top_k=None, top_p=None):
        """Writes each text again from its `z_mean`."""
        code = self.encode(text)
        return {
            **self.decode(code["z_mean"], temperature, seed, top_k, top_p),
            "truncated": code["truncated"],
        }

    def sample(self, seed, temperature, top_k=None, top_p=None):
        """Writes texts from the prior; the seed decides z and draws."""
        z = normal_rows(seed, self.z_size)
        return self.decode(z, temperature, seed, top_k, top_p)

    def interpolate(self, start, end):
        """Greedy texts between two, column `text` of `(batch, points)`."""
        first, last = self.encode(start), self.encode(end)
        share = tf.linspace(0.0, 1.0, POINTS)[:, None]
        ends = first["z_mean"][:, None], last["z_mean"][:, None]
        z = (1 - share) * ends[0] + share * ends[1]
        z = tf.reshape(z, (-1, self.z_size))
        rows = tf.shape(z)[0]
        texts = self.decode(z, tf.zeros(rows), tf.zeros(rows, tf.int64))["text"]
        return {
            "text": tf.reshape(texts, (-1, POINTS)),
            "truncated": first["truncated"] | last["truncated"],
        }

    def score(self, text):
        """The cost of each text with one draw of z, decided by its bytes.

        Columns `negative_elbo`, `reconstruction` and `kl` in nats, and
        `bits_per_char`.
        """
        text = self._normalised(text)
        tokens = self._tokens(text)
        z_mean, z_log_var = self.model.encode(tokens)
        seeds = tf.strings.to_hash_bucket_fast(text, 2**63 - 1)
        z = z_mean + tf.exp(z_log_var / 2) * normal_rows(seeds, self.z_size)
        mask = text_mask(tokens)
        previous = self.model.previous_tokens(tokens)
        logits, _ = self.model.decoder(z, previous)
        reconstruction = cross_entropy(tokens, logits, mask)
        kl = tf.reduce_sum(gaussian_kl(z_mean, z_log_var), axis=-1)
        characters = character_counts(tokens)
        return {
            "negative_elbo": reconstruction + kl,
            "reconstruction": reconstruction,
            "kl": kl,
            "bits_per_char": (reconstruction + kl) / characters / math.log(2.0),
            "truncated": self._truncated(text),
        }

    def _normalised(self, text):
        return normalize_tweets(text) if self.tweets else text

    def _tokens(self, text):
        starts = tf.zeros_like(text, tf.int64)
        return self.vocabulary.encode_windows(text, starts, self.length)

    def _truncated(self, text):
        return self.vocabulary.is_cut(text, self.length)

    def _padded(self, name):
        """The function on full rows, what is missing repeated."""
        function = getattr(self, name)

        def padded(**inputs):
            columns = {
                key: tf.ensure_shape(inputs[key], inputs[key].shape)
                for key in SIGNATURES[name].inputs
            }
            rows = tf.shape(next(iter(columns.values())))[0]
            checks = [
                tf.debugging.assert_equal(
                    tf.shape(column)[0],
                    rows,
                    f"{key} must have as many rows as the other inputs",
                )
                for key, column in columns.items()
            ]
            with tf.control_dependencies(checks):
                full = -(-tf.maximum(rows, 1) // _ROWS) * _ROWS
            places = tf.minimum(tf.range(full), tf.maximum(rows - 1, 0))
            for key, column in columns.items():
                # Some convolutions take no empty batch.
                spare = tf.zeros((1, *column.shape[1:]), column.dtype)
                column = tf.concat([column, spare], axis=0)
                inputs[key] = tf.gather(column, places)
            outputs = function(**inputs)
            return {key: value[:rows] for key, value in outputs.items()}

        return padded
