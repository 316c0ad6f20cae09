"""Signatures of a model in this process.

`TrainedTextVAE` calls them and `export` saves them, so runs and exports return
the same.
"""

import functools
import math
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from hcvae_tf.inference.generation import (
    choice_rows,
    generate,
    normal_rows,
    uniform_rows,
)
from hcvae_tf.inference.signatures import (
    INTERPOLATION_POINTS,
    NO_LATENT,
    SIGNATURES,
)
from hcvae_tf.models.text_vae import TextVAE
from pipelines.errors import UserError
from pipelines.preparation.normalization import normalize_tweets
from pipelines.vocabulary import BaseVocabulary

# Batches are padded to a multiple of this, because the rounding of a matrix
# product depends on its height.
_ROW_MULTIPLE = 8

# Inputs that are not strings.
_DTYPES = {
    "z": tf.float32,
    "temperature": tf.float32,
    "seed": tf.int64,
    "top_k": tf.int32,
    "top_p": tf.float32,
}


class LocalSignatures:
    """Calls the signatures of a model in this process: strings in and out.

    Every input and output is a column with one row per text. The outputs of a
    row depend on that row alone: a seed writes the same text in any batch. A
    text can be any bytes. If it is too long, it is cut as in training and
    `truncated` is true.

    Args:
        model: the model.
        vocabulary: its vocabulary.
        length: tokens per text (default: those of the model).
        tweets: whether to replace user names and links as in tweets for
            training.
    """

    rows = 256

    def __init__(
        self,
        model: TextVAE,
        vocabulary: BaseVocabulary,
        length: int | None = None,
        tweets: bool = False,
    ):
        if vocabulary.size != model.decoder.output_vocabulary_size:
            raise UserError(
                f"`vocabulary` has {vocabulary.size} ids, but the model was "
                f"trained with {model.decoder.output_vocabulary_size}; give "
                "the vocabulary of its training"
            )
        self.model = model
        self.vocabulary = vocabulary
        self.length = length or model.length
        if self.length is None:
            raise UserError(
                "`length` is missing: this model takes any number of tokens, "
                "so say how many a text has at most"
            )
        self.tweets = tweets
        self._functions = {}

    @property
    def z_size(self) -> int:
        """Width of the latent vector, 0 for a language model."""
        return self.model.z_size

    def __call__(
        self,
        name: str,
        inputs: dict[str, np.ndarray],
        top_k: int | None = None,
        top_p: float | None = None,
        process_logits: Callable | None = None,
    ) -> dict[str, np.ndarray]:
        """Calls one signature; see `Signatures`.

        Args:
            name: one of `SIGNATURES`.
            inputs: its input columns by name.
            top_k: see `next_token` in `generation.py`.
            top_p: float in (0, 1]; see `next_token`.
            process_logits: see `TrainedTextVAE`.
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
        outputs = self.function(name, options, process_logits)(**columns)
        return {key: value.numpy() for key, value in outputs.items()}

    def function(
        self,
        name: str,
        options: tuple[str, ...] = (),
        process_logits: Callable | None = None,
    ):
        """Returns a signature as a graph, for any number of rows.

        Args:
            name: one of `SIGNATURES`.
            options: its optional inputs, `top_k` and `top_p`, which are
                scalars.
            process_logits: see `TrainedTextVAE`.
        """
        key = name, options, process_logits
        if key not in self._functions:
            specs = {
                name: tf.TensorSpec((), _DTYPES[name], name) for name in options
            }
            for column in SIGNATURES[name].inputs:
                width = (self.z_size,) if column == "z" else ()
                dtype = _DTYPES.get(column, tf.string)
                specs[column] = tf.TensorSpec((None, *width), dtype, column)
            graph = tf.function(
                self._padded(name, process_logits), autograph=False
            )
            self._functions[key] = graph.get_concrete_function(**specs)
        return self._functions[key]

    def encode(self, text):
        """Returns `z_mean` and `z_log_var`, `(batch, z_size)`."""
        if not self.z_size:
            raise UserError(NO_LATENT)
        text = self._normalised(text)
        tokens = self._tokens(text)
        z_mean, z_log_var = self.model.encode(tokens)
        return {
            "z_mean": z_mean,
            "z_log_var": z_log_var,
            "truncated": self.vocabulary.is_cut(text, tokens),
        }

    def decode(self, z, temperature, seed, **options):
        """Writes a text for each latent vector; `seed` decides the draws."""
        uniform = uniform_rows(seed, self.length)
        tokens = generate(
            self.model.decoder,
            z,
            self.model.start,
            uniform,
            temperature,
            **options,
        )
        return {"text": self.vocabulary.decode(tokens)}

    def reconstruct(self, text, temperature, seed, **options):
        """Reconstructs each text from its `z_mean`."""
        code = self.encode(text)
        return {
            **self.decode(code["z_mean"], temperature, seed, **options),
            "truncated": code["truncated"],
        }

    def sample(self, seed, temperature, **options):
        """Writes texts from the prior; `seed` decides z and the draws."""
        z = normal_rows(seed, self.z_size)
        if self.model.prior is not None:
            z = self.model.prior.draw(z, choice_rows(seed))
        return self.decode(z, temperature, seed, **options)

    def interpolate(self, start, end):
        """Writes greedy texts between two texts, shape `(batch, points)`."""
        first, last = self.encode(start), self.encode(end)
        fraction = tf.linspace(0.0, 1.0, INTERPOLATION_POINTS)[:, None]
        ends = first["z_mean"][:, None], last["z_mean"][:, None]
        z = (1 - fraction) * ends[0] + fraction * ends[1]
        z = tf.reshape(z, (-1, self.z_size))
        rows = tf.shape(z)[0]
        texts = self.decode(z, tf.zeros(rows), tf.zeros(rows, tf.int64))["text"]
        return {
            "text": tf.reshape(texts, (-1, INTERPOLATION_POINTS)),
            "truncated": first["truncated"] | last["truncated"],
        }

    def score(self, text):
        """Computes the cost of each text with one draw of z.

        The bytes of the text decide the draw. Returns `negative_elbo`,
        `reconstruction` and `kl` in nats, and `bits_per_char`.
        """
        text = self._normalised(text)
        tokens = self._tokens(text)
        z, z_mean, z_log_var = self._draw(text, tokens)
        reconstruction = self.model.reconstruction(z, tokens)
        kl = self.model.kl(z, z_mean, z_log_var)
        characters = self.model.characters(tokens)
        return {
            "negative_elbo": reconstruction + kl,
            "reconstruction": reconstruction,
            "kl": kl,
            "bits_per_char": (reconstruction + kl) / characters / math.log(2.0),
            "truncated": self.vocabulary.is_cut(text, tokens),
        }

    def token_costs(self, text):
        """Computes the cost of each token, with the draw of `score`.

        Args:
            text: string tensor of shape `(batch,)`.

        Returns:
            Tokens, int32 tensor of shape `(batch, positions)`, and nats,
            float32 tensor of the same shape.
        """
        text = self._normalised(text)
        tokens = self._tokens(text)
        z, *_ = self._draw(text, tokens)
        nats = self.model.token_costs(z, tokens)
        return tokens[:, : tf.shape(nats)[1]], nats

    def _draw(self, text, tokens):
        """Returns z, drawn as the bytes of the text decide, and q(z | text)."""
        z_mean, z_log_var = self.model.encode(tokens)
        seeds = tf.strings.to_hash_bucket_fast(text, 2**63 - 1)
        z = z_mean + tf.exp(z_log_var / 2) * normal_rows(seeds, self.z_size)
        return z, z_mean, z_log_var

    def _normalised(self, text):
        return normalize_tweets(text) if self.tweets else text

    def _tokens(self, text):
        starts = tf.zeros_like(text, tf.int64)
        return self.vocabulary.encode_windows(text, starts, self.length)

    def _padded(self, name, process_logits):
        """Returns a signature that first pads its batch with its last row."""
        function = getattr(self, name)
        if process_logits is not None:
            function = functools.partial(
                function, process_logits=tf.function(process_logits)
            )

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
                padded_rows = (
                    -(-tf.maximum(rows, 1) // _ROW_MULTIPLE) * _ROW_MULTIPLE
                )
            indices = tf.minimum(tf.range(padded_rows), tf.maximum(rows - 1, 0))
            for key, column in columns.items():
                # Some convolutions do not accept an empty batch.
                zeros = tf.zeros((1, *column.shape[1:]), column.dtype)
                column = tf.concat([column, zeros], axis=0)
                inputs[key] = tf.gather(column, indices)
            outputs = function(**inputs)
            return {key: value[:rows] for key, value in outputs.items()}

        return padded
