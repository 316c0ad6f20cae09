"""A trained text VAE: encodes, writes and scores texts."""

import os
import statistics
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from hcvae_tf.inference.prior_option import Prior
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.inference.signatures import NO_LATENT
from hcvae_tf.storage.export_folder import find_version
from hcvae_tf.storage.find_model import find_run
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.errors import UserError, UserNote

if TYPE_CHECKING:
    from pipelines.vocabulary import BaseVocabulary

# What an export of an early version answers.
_NONE = np.zeros(0, bool)


class TextCosts(NamedTuple):
    """Cost of each text, float32 arrays of shape `(texts,)`."""

    negative_elbo: np.ndarray
    """Nats: `reconstruction` + `kl`, on average at least -log p(text)."""
    reconstruction: np.ndarray
    """Nats, with one draw of z, which the text decides."""
    kl: np.ndarray
    """Nats."""
    bits_per_char: np.ndarray
    """`negative_elbo` in bits per character; the end of the text counts."""


class TrainedTextVAE:
    """Encodes texts, writes texts from latent vectors, and scores texts.

    Texts are str, or bytes that need not be valid UTF-8. They are normalised
    as in training and cut to the model's length, with a warning
    (`pipelines.errors.UserNote`). Any number of texts can be given: they are
    processed in batches.

    Methods that write texts are greedy by default. They all take
    `temperature` (0 for greedy, 1 to draw from the model), `seed` (0 or
    above; equal seeds write equal texts) and, for a run but not for an
    export, `top_k` and `top_p`; see `SamplingOptions`. For a run they also
    take `process_logits`, a function of the logits, float32 of shape
    `(batch, ids)`, and of the position, an int32 scalar; it returns the
    logits to choose from and runs in the graph.

    Args:
        model: a `TextVAE` with its vocabulary; or the signatures of a model
            that lies elsewhere, as `load` and `connect` make them.
        vocabulary: a `Vocabulary` or `SubwordVocabulary`, with a `TextVAE`.
        length: tokens per text, for a `TextVAE` that takes any number.
        tweets: whether user names and links are replaced, as in training.

    Example:
        >>> from hcvae_tf import TrainedTextVAE
        >>> vae = TrainedTextVAE.load("saved_models/tweets")
        >>> z_mean, z_log_var = vae.encode(["good morning", "so tired"])
        >>> z_mean.shape == z_log_var.shape == (2, vae.z_size)
        True
        >>> vae.decode(z_mean) == vae.reconstruct(["good morning", "so tired"])
        True
        >>> a, b = vae.sample(2, temperature=0.7, seed=1)
        >>> vae.sample(1, temperature=0.7, seed=1) == [a]
        True
    """

    def __init__(
        self,
        model: Any,
        vocabulary: "BaseVocabulary | None" = None,
        length: int | None = None,
        tweets: bool = False,
    ):
        self.signatures: Any = model
        if vocabulary is not None:
            from hcvae_tf.inference.local_signatures import LocalSignatures

            self.signatures = LocalSignatures(
                model, vocabulary, length, tweets=tweets
            )

    @classmethod
    def load(
        cls, path: str | os.PathLike, prior: Prior = "fitted"
    ) -> "TrainedTextVAE":
        """Loads the best model of a run, an export or a bundled model.

        Args:
            path: folder of a training run, of an export (loads its newest
                version) or of one version of an export; or, if there is no
                such folder, the name of a bundled model: `"tweets"`.
            prior: `"normal"` for N(0, 1) in place of the prior that
                `python -m hcvae_tf.prior` has fitted, if it has.

        Raises:
            UserError: if it is neither, a file is missing or damaged, or
                `prior` is not that of an export.
        """
        cls.check(path)
        version = find_version(path)
        if version and not find_run(path):
            if prior != "fitted":
                raise UserError(
                    f"{path} is an export, which keeps its prior; leave "
                    "`prior` out, or use the run that it was exported from"
                )
            from hcvae_tf.inference.exported_signatures import (
                ExportedSignatures,
            )

            return cls(ExportedSignatures(version))
        run = RunFolder.open(path)
        file, data = run.best_model(), run.read_config().data

        from hcvae_tf.storage.model_file import (
            in_float32,
            load_checkpoint,
            with_prior,
        )

        model = load_checkpoint(run, file)
        if prior == "normal":
            model = with_prior(model, None)
        return cls(
            in_float32(model),
            run.read_vocabulary(),
            data.length,
            tweets=data.dataset.startswith("tweets"),
        )

    @staticmethod
    def check(path: str | os.PathLike) -> None:
        """Raises UserError if there is nothing to `load`; reads no model."""
        if find_run(path):
            RunFolder.open(path).best_model()
        elif not find_version(path):
            raise UserError(
                f"{path} is neither a run nor an export of hcvae_tf; give the "
                "folder of one"
            )

    def require_latent(self) -> None:
        """Raises UserError if the model has no latent vector."""
        if not self.z_size:
            raise UserError(NO_LATENT)

    @property
    def z_size(self) -> int:
        """Width of the latent vector."""
        return self.signatures.z_size

    def encode(
        self, texts: Sequence[str | bytes]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Computes q(z | text) for each text.

        Returns:
            `z_mean` and `z_log_var`, float32 of shape `(texts, z_size)`.

        Raises:
            UserError: a `ValueError`, if the model has no latent vector.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> z_mean, z_log_var = vae.encode(["good morning"])
            >>> bool((z_log_var < 0.1).all())  # narrower than the prior
            True
        """
        columns = self._call("encode", text=_to_bytes(texts))
        if not columns:
            empty = np.zeros((0, self.z_size), np.float32)
            return empty, empty
        return columns["z_mean"], columns["z_log_var"]

    def decode(
        self,
        z: np.ndarray,
        temperature: float = 0.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        process_logits: Callable | None = None,
    ) -> list[str]:
        """Writes a text for each row of z, shape `(texts, z_size)`.

        Raises:
            ValueError: if z has the wrong shape or an option is invalid.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> import numpy as np
            >>> len(vae.decode(np.zeros((3, vae.z_size)), temperature=1))
            3
        """
        z = np.asarray(z, np.float32)
        if z.ndim != 2 or z.shape[1] != self.z_size:
            raise ValueError(
                f"z must have shape (texts, {self.z_size}), not {z.shape}"
            )
        if not np.isfinite(z).all():
            raise UserError(
                "z must be finite, but it has NaN or infinite values; give "
                "smaller numbers"
            )
        options = SamplingOptions(temperature, top_k, top_p, seed)
        return self._write("decode", len(z), options, process_logits, z=z)

    def sample(
        self,
        n: int,
        temperature: float = 0.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        process_logits: Callable | None = None,
    ) -> list[str]:
        """Writes `n` texts from latent vectors drawn from the prior.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> len(set(vae.sample(5, temperature=0.7)))
            5
        """
        options = SamplingOptions(temperature, top_k, top_p, seed)
        return self._write("sample", n, options, process_logits)

    def reconstruct(
        self,
        texts: Sequence[str | bytes],
        temperature: float = 0.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int = 0,
        process_logits: Callable | None = None,
    ) -> list[str]:
        """Reconstructs each text from its `z_mean`.

        Raises:
            UserError: a `ValueError`, if the model has no latent vector or an
                option is invalid.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> (again,) = vae.reconstruct([b"caf\\xc3\\xa9 or \\xff?"])
            >>> isinstance(again, str)
            True
        """
        options = SamplingOptions(temperature, top_k, top_p, seed)
        columns = {"text": _to_bytes(texts)}
        return self._write(
            "reconstruct", len(texts), options, process_logits, **columns
        )

    def interpolate(
        self,
        start: np.ndarray,
        end: np.ndarray,
        points: int = 7,
        spherical: bool = False,
        **settings,
    ) -> list[str]:
        """Writes texts along a path between two latent vectors.

        Args:
            start: shape `(z_size,)`.
            end: shape `(z_size,)`.
            points: number of texts, including both ends.
            spherical: whether the path is the great circle, not the line.
            settings: keyword arguments of `decode`.

        Raises:
            ValueError: if a vector has the wrong shape.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> texts = ["so sad today", "happy birthday!"]
            >>> path = vae.interpolate(*vae.encode(texts)[0], points=5)
            >>> [path[0], path[4]] == vae.reconstruct(texts)
            True
        """
        fractions = np.linspace(0, 1, points, dtype=np.float32)[:, None]
        path = _great_circle if spherical else _straight_line
        ends = self._vector(start), self._vector(end)
        return self.decode(path(*ends, fractions), **settings)

    def arithmetic(
        self, a: str | bytes, b: str | bytes, c: str | bytes, **settings
    ) -> str:
        """Writes the text for `a - b + c`, computed on their `z_mean`.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> one, other = "so happy", "so sad"
            >>> [vae.arithmetic(one, one, other)] == vae.reconstruct([other])
            True
        """
        z_mean, _ = self.encode([a, b, c])
        # In this order a - a + c is exactly c.
        z = (z_mean[0] - z_mean[1]) + z_mean[2]
        return self.decode(z[np.newaxis], **settings)[0]

    def vary(
        self, z: np.ndarray, dimension: int, points: int = 7, **settings
    ) -> list[str]:
        """Writes texts with one dimension at quantiles of its prior, N(0, 1).

        Args:
            z: shape `(z_size,)`, values of the other dimensions.
            dimension: index of the dimension, from 0.
            points: number of texts, at the `quantiles` of this number.
            settings: keyword arguments of `decode`.

        Raises:
            ValueError: if z has the wrong shape, or no such dimension.
        """
        rows = np.tile(self._vector(z), (points, 1))
        if not 0 <= dimension < self.z_size:
            raise UserError(
                f"`dimension` must be from 0 to {self.z_size - 1}, not "
                f"{dimension}"
            )
        normal = statistics.NormalDist()
        rows[:, dimension] = list(map(normal.inv_cdf, quantiles(points)))
        return self.decode(rows, **settings)

    def score(self, texts: Sequence[str | bytes]) -> TextCosts:
        """Computes the cost of each text: how improbable it is.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets")
            >>> score = vae.score(["good morning everyone", "xq zzkpw 0vvj"])
            >>> bool(score.bits_per_char[0] < score.bits_per_char[1])
            True
        """
        columns = self._call("score", text=_to_bytes(texts))
        empty = np.zeros(0, np.float32)
        return TextCosts(
            *(columns.get(name, empty) for name in TextCosts._fields)
        )

    def score_pieces(
        self, texts: Sequence[str | bytes]
    ) -> list[list[tuple[bytes, float]]]:
        """Computes what each token of a text costs, with the draw of `score`.

        Only a run has tokens, not an export.

        Returns:
            For each text the tokens in order, as bytes, with their costs in
            nats: together its `reconstruction`. The last is b"", the end of
            the text, if the model's length has room for it.

        Raises:
            UserError: if this is not a model in this process.

        Example:
            >>> vae = TrainedTextVAE.load("saved_models/tweets/run")
            >>> (pieces,) = vae.score_pieces(["so tired"])
            >>> b"".join(piece for piece, _ in pieces)
            b'so tired'
        """
        signatures = self.signatures
        if not hasattr(signatures, "token_costs"):
            raise UserError(
                "an export has no costs of pieces; use the run that it was "
                "exported from"
            )
        found, columns = [], _to_bytes(texts)
        known = signatures.vocabulary.token_texts
        for first in range(0, len(columns), signatures.rows):
            batch = columns[first : first + signatures.rows].tolist()
            tokens, nats = signatures.token_costs(batch)
            rows = zip(tokens.numpy(), nats.numpy(), strict=True)
            # The padding after the end.
            found += [
                [
                    (known[token], float(cost))
                    for token, cost in zip(*row, strict=True)
                    if token
                ]
                for row in rows
            ]
        return found

    def _vector(self, z):
        self.require_latent()
        if np.shape(z) != (self.z_size,):
            raise ValueError(
                f"a latent vector must have shape ({self.z_size},), not "
                f"{np.shape(z)}; get the vector of a text with encode"
            )
        return np.asarray(z, np.float32)

    def _write(self, name, rows, options, process_logits, **columns):
        """Calls a signature that writes one text per row."""
        # The seed of a row depends on its index.
        seeds = np.random.SeedSequence(options.seed)
        columns |= {
            "temperature": np.full(rows, options.temperature, np.float32),
            "seed": seeds.generate_state(rows, np.uint64).view(np.int64),
        }
        limits = {
            "top_k": options.top_k,
            "top_p": options.top_p,
            "process_logits": process_logits,
        }
        limits = {k: v for k, v in limits.items() if v is not None}
        texts = self._call(name, limits, **columns).get("text", [])
        return [text.decode("utf-8") for text in texts]

    def _call(self, name, limits=None, **columns):
        """Calls a signature in batches and joins the outputs."""
        rows, size = len(next(iter(columns.values()))), self.signatures.rows
        # Texts of like length come in one batch, because it takes the time of
        # its longest text.
        lengths = [len(text) for text in columns.get("text", [b""] * rows)]
        order = np.argsort(lengths, kind="stable")
        batches = []
        for first in range(0, rows, size):
            chosen = order[first : first + size]
            inputs = {key: column[chosen] for key, column in columns.items()}
            batches.append(self.signatures(name, inputs, **(limits or {})))
        if any(batch.get("truncated", _NONE).any() for batch in batches):
            tokens = getattr(self.signatures, "length", None)
            warnings.warn(
                "of texts that are longer than the model's "
                f"{f'{tokens} tokens' if tokens else 'length'}, only the "
                "beginnings count",
                UserNote,
                stacklevel=3,
            )
        restored = np.argsort(order)
        return {
            key: np.concatenate([batch[key] for batch in batches])[restored]
            for key in (batches[0] if batches else ())
        }


def quantiles(points: int) -> list[float]:
    """Returns the middles of this many equal parts of a distribution."""
    return [(index + 0.5) / points for index in range(points)]


def _to_bytes(texts):
    """Converts texts to bytes; valid UTF-8 to its composed form (NFC)."""
    if isinstance(texts, str | bytes):
        raise TypeError("give a list of texts, not one text")
    column = np.empty(len(texts), object)
    for row, text in enumerate(texts):
        if isinstance(text, bytes):
            try:
                text = text.decode("utf-8")
            except UnicodeDecodeError:
                column[row] = text
                continue
        text = unicodedata.normalize("NFC", text)
        column[row] = text.encode("utf-8", "replace")
    return column


def _straight_line(start, end, fractions):
    return (1 - fractions) * start + fractions * end


def _great_circle(start, end, fractions):
    norms = np.linalg.norm(start) * np.linalg.norm(end)
    angle = np.arccos(np.clip(start @ end / max(norms, 1e-12), -1, 1))
    # In float32, the sine of opposite vectors is not exactly 0.
    if abs(np.sin(angle)) < 1e-4:
        return _straight_line(start, end, fractions)
    weights = np.sin((1 - fractions) * angle), np.sin(fractions * angle)
    return (weights[0] * start + weights[1] * end) / np.sin(angle)
