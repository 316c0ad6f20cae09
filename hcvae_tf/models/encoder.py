"""The base class of the encoders."""

import keras
import tensorflow as tf

from hcvae_tf.layers.renamed_arguments import RenamedArguments
from hcvae_tf.layers.token_embedding import TokenEmbedding
from pipelines.errors import UserError


class Encoder(RenamedArguments, keras.Layer):
    """A layer from tokens to the parameters of q(z | text).

    A subclass computes a summary of each text and returns
    `self.mean_and_log_var(summary, training)`, a linear layer to mean and
    log-variance. The log-variance is bounded smoothly: without bounds a single
    text can get a KL of millions of nats. The mean can be batch-normalised, so
    that the average KL of the texts cannot fall to 0.

    Args:
        input_vocabulary_size: number of ids that can be read.
        z_size: width of the latent vector.
        embedding_size: width of the vectors of tokens; 0 for one-hot vectors.
        bn_gamma: standard deviation over a batch to which each dimension of
            `z_mean` is normalised; 0 for no normalisation.
        log_var_bounds: least and largest value of `z_log_var`, None for no
            bounds. Well inside them, values do not change.

    Reference:
        Batch-normalised mean: [Zhu et al.,
        2020](https://arxiv.org/abs/2004.12585).
    """

    def __init__(
        self,
        input_vocabulary_size,
        z_size,
        bn_gamma=0.0,
        log_var_bounds=(-10.0, 2.0),
        embedding_size=0,
        **kwargs,
    ):
        # Ids that are not integers are refused, not cast.
        super().__init__(autocast=False, **kwargs)
        self.input_vocabulary_size = input_vocabulary_size
        self.z_size = z_size
        self.embedding_size = embedding_size
        self.bn_gamma = bn_gamma
        self.log_var_bounds = log_var_bounds and tuple(log_var_bounds)
        # The parameters of q(z | text) stay float32 in mixed precision.
        self.posterior = keras.layers.Dense(
            2 * z_size, dtype="float32", name="posterior"
        )
        if embedding_size:
            self.embedding = TokenEmbedding(
                input_vocabulary_size, embedding_size, dtype=self.dtype_policy
            )
        if bn_gamma:
            self.mean_norm = keras.layers.BatchNormalization(
                momentum=0.9,
                epsilon=1e-6,
                scale=False,
                synchronized=True,
                dtype="float32",
            )

    def share_embedding(self, embedding):
        """Reads these vectors in place of its own ones.

        Args:
            embedding: the `TokenEmbedding` of a decoder, or None if it has
                none.

        Raises:
            UserError: a `ValueError`, if the vectors of both are not equally
                wide, or if the encoder is built.
        """
        if embedding is None or embedding.size != self.embedding_size:
            raise UserError(
                "`shared_embedding` needs a decoder whose `embedding_size` is "
                f"that of the encoder, {self.embedding_size}, and not 0"
            )
        if self.built:
            raise UserError(
                "`shared_embedding` needs an encoder that is not built; give a "
                "new one"
            )
        # Else Keras would keep the other one.
        del self.embedding
        self.embedding = embedding

    @property
    def input_dtype(self):
        """Type of the ids that are read, for exports."""
        return "int32"

    def build_posterior(self, width):
        """Builds the linear layer for summaries of a width."""
        self.posterior.build((None, width))
        if self.embedding_size and not self.embedding.built:
            self.embedding.build()
        if self.bn_gamma:
            self.mean_norm.build((None, self.z_size))

    def mean_and_log_var(self, summary, training):
        """Returns `z_mean` and `z_log_var`, float32, `(batch, z_size)`."""
        z_mean, z_log_var = tf.split(self.posterior(summary), 2, axis=-1)
        if self.bn_gamma:
            normalised = self.mean_norm(z_mean, training=training)
            z_mean = self.bn_gamma * normalised
        if self.log_var_bounds:
            z_log_var = _bounded(z_log_var, *self.log_var_bounds)
        return z_mean, z_log_var

    def get_config(self):
        """Returns the arguments of the encoder."""
        return {
            **super().get_config(),
            "input_vocabulary_size": self.input_vocabulary_size,
            "z_size": self.z_size,
            "embedding_size": self.embedding_size,
            "bn_gamma": self.bn_gamma,
            "log_var_bounds": self.log_var_bounds,
        }

    @classmethod
    def from_config(cls, config):
        """Rebuilds the encoder; one of version 0.1.0 has no bounds."""
        return super().from_config({"log_var_bounds": None, **config})


def _bounded(values, least, most):
    """Returns values between the bounds, with a slope of 1 between them."""
    below = most - tf.nn.softplus(most - values)
    return least + tf.nn.softplus(below - least)
