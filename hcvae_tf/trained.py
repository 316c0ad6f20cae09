"""A trained model as one uses it: texts and latent vectors in and out."""

import os
import statistics
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from hcvae_tf.generation import generate
from hcvae_tf.metrics.importance import text_nll
from hcvae_tf.text_vae import TextVAE
from pipelines.command_line import UserError
from pipelines.vocabulary import Vocabulary

_BATCH = 256


class TrainedTextVAE:
    """Encodes, decodes and samples with a trained model.

    Methods that write texts are greedy by default; `temperature`, `top_k`
    and `top_p` are those of `hcvae_tf.generation.next_token`, and equal
    seeds give equal texts.

    Args:
        model: the model.
        vocabulary: of its texts.
        length: characters per text.
    """

    def __init__(self, model: TextVAE, vocabulary: Vocabulary, length: int):
        self.model = model
        self.vocabulary = vocabulary
        self.length = length
        self._encode = tf.function(self._encode_batch, reduce_retracing=True)
        self._score = tf.function(self._score_batch, reduce_retracing=True)
        self._decode = tf.function(self._decode_batch, reduce_retracing=True)

    @classmethod
    def load(cls, run: str | os.PathLike) -> "TrainedTextVAE":
        """Loads the best model of a run's folder.

        Raises:
            UserError: if it is no run, or its model is missing or damaged.
        """
        from hcvae_tf.checkpoint import load_model
        from hcvae_tf.run import Run

        run = Run.open(run)
        length = run.read_config().data.length
        return cls(load_model(run.trained()), run.read_vocabulary(), length)

    def require_latent(self) -> None:
        """Raises UserError if the model has no latent vector."""
        if not self.z_size:
            raise UserError(
                "this model is a language model without a latent vector; it "
                "can only sample"
            )

    @property
    def z_size(self) -> int:
        """Width of the latent vector."""
        return self.model.z_size

    def encode(self, texts: Sequence[str | bytes]) -> tuple[np.ndarray, ...]:
        """Encodes texts; what does not fit into the length is cut off.

        Returns:
            `z_mean` and `z_log_var`, float32 of shape `(texts, z_size)`.
        """
        return _in_batches(
            lambda part: self._encode(tf.constant(part)),
            (list(texts),),
            (np.zeros((0, self.z_size), np.float32),) * 2,
        )

    def decode(
        self,
        z: np.ndarray,
        temperature: float = 0.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
    ) -> list[str]:
        """Writes a text for each row of z, shape `(texts, z_size)`."""
        z = np.asarray(z, np.float32)
        if z.ndim != 2 or z.shape[1] != self.z_size:
            raise ValueError(
                f"z must have shape (texts, {self.z_size}), not {z.shape}"
            )
        uniform = np.random.default_rng(seed).random(
            (len(z), self.length), np.float32
        )
        settings = (
            tf.constant(temperature, tf.float32),
            tf.constant(top_k or self.vocabulary.size),
            tf.constant(top_p or 1.0, tf.float32),
        )
        (texts,) = _in_batches(
            lambda *rows: (self._decode(*rows, *settings),),
            (z, uniform),
            (np.zeros(0, object),),
        )
        return [text.decode("utf-8") for text in texts]

    def sample(self, n: int, seed: int = 0, **settings) -> list[str]:
        """Writes `n` texts from latent vectors drawn from the prior."""
        noise = np.random.default_rng((seed, 1))
        z = noise.standard_normal((n, self.z_size), np.float32)
        return self.decode(z, seed=seed, **settings)

    def reconstruct(
        self, texts: Sequence[str | bytes], **settings
    ) -> list[str]:
        """Writes each text again from its `z_mean`."""
        return self.decode(self.encode(texts)[0], **settings)

    def interpolate(
        self,
        start: np.ndarray,
        end: np.ndarray,
        points: int = 7,
        spherical: bool = False,
        **settings,
    ) -> list[str]:
        """Writes texts on the way between two latent vectors.

        Args:
            start: shape `(z_size,)`.
            end: shape `(z_size,)`.
            points: number of texts, both ends included.
            spherical: along the great circle instead of the straight line.
            settings: those of `decode`.
        """
        shares = np.linspace(0, 1, points, dtype=np.float32)[:, None]
        between = _great_circle if spherical else _straight_line
        return self.decode(between(start, end, shares), **settings)

    def arithmetic(
        self, a: str | bytes, b: str | bytes, c: str | bytes, **settings
    ) -> str:
        """Writes the text at `a - b + c`, by their `z_mean`."""
        z_mean, _ = self.encode([a, b, c])
        z = z_mean[0] - z_mean[1] + z_mean[2]
        return self.decode(z[np.newaxis], **settings)[0]

    def vary(
        self, z: np.ndarray, dimension: int, points: int = 7, **settings
    ) -> list[str]:
        """Writes texts with one dimension at quantiles of its prior N(0, 1).

        Args:
            z: shape `(z_size,)`, the other dimensions.
            dimension: which one, from 0.
            points: number of texts; the quantiles split the prior into equal
                parts and are their middles.
            settings: those of `decode`.
        """
        rows = np.tile(z, (points, 1))
        normal = statistics.NormalDist()
        rows[:, dimension] = [
            normal.inv_cdf((place + 0.5) / points) for place in range(points)
        ]
        return self.decode(rows, **settings)

    def score(
        self, texts: Sequence[str | bytes], samples: int = 10, seed: int = 0
    ) -> np.ndarray:
        """How improbable each text is: bits per character, its end included.

        Args:
            texts: what does not fit into the length is cut off.
            samples: draws of z for each; see
                `hcvae_tf.metrics.importance.importance_weighted_nll`.
            seed: of the draws.

        Returns:
            float32 of shape `(texts,)`.
        """
        if not self.z_size:
            samples = 1
        (bits,) = _in_batches(
            lambda part: (
                self._score(
                    tf.constant(part), tf.constant(samples), tf.constant(seed)
                ),
            ),
            (list(texts),),
            (np.zeros(0, np.float32),),
        )
        return bits

    def _tokens(self, texts):
        # A text that is too long gives its beginning, as in training.
        starts = tf.zeros_like(texts, tf.int64)
        return self.vocabulary.encode_windows(texts, starts, self.length)

    def _encode_batch(self, texts):
        return self.model.encode(self._tokens(texts))

    def _score_batch(self, texts, samples, seed):
        tokens = self._tokens(texts)
        nats = text_nll(self.model, tokens, samples, tf.stack([seed, 0]))
        characters = tf.math.count_nonzero(tokens, axis=1, dtype=tf.float32)
        return nats / tf.math.log(2.0) / tf.maximum(characters, 1.0)

    def _decode_batch(self, z, uniform, temperature, top_k, top_p):
        tokens = generate(
            self.model.decoder,
            z,
            self.model.start,
            uniform,
            temperature,
            top_k,
            top_p,
        )
        return self.vocabulary.decode(tokens)


def _in_batches(function, columns, empty):
    """Joins what a function gives for a part of the rows at a time."""
    parts = [
        function(*(column[first : first + _BATCH] for column in columns))
        for first in range(0, len(columns[0]), _BATCH)
    ]
    return tuple(
        np.concatenate(column)
        for column in zip(*(parts or [empty]), strict=True)
    )


def _straight_line(start, end, shares):
    return (1 - shares) * start + shares * end


def _great_circle(start, end, shares):
    norms = np.linalg.norm(start) * np.linalg.norm(end)
    angle = np.arccos(np.clip(start @ end / max(norms, 1e-12), -1, 1))
    if np.isclose(np.sin(angle), 0):
        return _straight_line(start, end, shares)
    weights = np.sin((1 - shares) * angle), np.sin(shares * angle)
    return (weights[0] * start + weights[1] * end) / np.sin(angle)
