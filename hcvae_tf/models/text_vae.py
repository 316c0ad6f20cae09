"""The text VAE: its parts, its costs and its training step."""

import dataclasses

import keras
import tensorflow as tf

from hcvae_tf.layers.gaussian_sampling import GaussianSampling
from hcvae_tf.layers.replicas import replica_rows, replica_sum
from hcvae_tf.layers.word_dropout import WordDropout
from hcvae_tf.models.losses import (
    cross_entropy,
    gaussian_kl,
    weighted_loss,
)
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.training_metrics import TrainingMetrics
from pipelines.vocabulary import character_counts, text_mask

# Increase of the Lagrange multiplier of `min_rate` per step and missing nat.
_MULTIPLIER_RATE = 1e-3


@keras.saving.register_keras_serializable("hcvae_tf")
class TextVAE(keras.Model):
    """A variational autoencoder of token sequences.

    Args:
        encoder: a layer from tokens to `(z_mean, z_log_var)`, or None for a
            model without a latent vector (a language model).
        decoder: a layer from `(z, tokens)` to `(logits, auxiliary logits)`:
            a `HybridDecoder`, `DeconvDecoder` or `LSTMDecoder`.
        objective: the weights of the loss, an `Objective`.
        word_dropout: probability of hiding each previous token from the
            decoder in training.
        clip_norm: largest norm of the gradient, None for no limit.
        seed: seed of the noise and of the choice of dropped tokens.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`.
        seed: int32 tensor of shape `(2,)`. With it z is sampled and, in
            training, tokens are dropped. Without it z is `z_mean`.
        training: whether batch norm uses the batch's statistics.

    Returns:
        A dict: `logits` and `auxiliary_logits` of shape
        `(batch, length, output_vocabulary_size)` (the latter is None if the
        decoder has none), `z_mean` and `z_log_var` of shape `(batch, z_size)`.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390)
    """

    def __init__(
        self,
        encoder,
        decoder,
        objective=None,
        word_dropout=0.0,
        clip_norm=None,
        seed=0,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.objective = objective or Objective()
        self.word_dropout = word_dropout
        self.clip_norm = clip_norm
        self.seed = seed
        # Two ids follow those that can be predicted: the one before the
        # first token, and the one in place of a hidden token.
        self.start = decoder.output_vocabulary_size
        self.sampling = GaussianSampling(dtype="float32")
        self.drop_words = WordDropout(word_dropout, self.start + 1)
        self._training_metrics = TrainingMetrics()

    @property
    def z_size(self):
        """Width of the latent vector, 0 if there is none."""
        return self.decoder.z_size

    @property
    def steps_done(self):
        """Number of training steps done."""
        return int(keras.ops.convert_to_numpy(self.optimizer.iterations))

    @property
    def metrics(self):
        """Means of the costs since the start of the epoch."""
        return list(self._training_metrics.means.values())

    def build(self, tokens_shape):
        """Builds both parts, unless a saved model has built them."""
        for part in (self.encoder, self.decoder):
            if part is not None and not part.built:
                part.build(tokens_shape)
        if self.objective.min_rate:
            self.multiplier = self.add_weight(
                shape=(),
                initializer="zeros",
                trainable=False,
                aggregation="mean",
                name="multiplier",
            )
        # Keras requires that all layers are built before it distributes.
        self.sampling.build(None)
        self.drop_words.build(None)

    def call(self, tokens, seed=None, training=False):
        """Encodes texts and predicts each of their tokens."""
        z_mean, z_log_var = self.encode(tokens, training=training)
        z, previous = z_mean, self.previous_tokens(tokens)
        if seed is not None:
            noise_seed, drop_seed = tf.unstack(
                tf.random.experimental.stateless_split(seed, 2)
            )
            z = self.sampling(z_mean, z_log_var, noise_seed)
            if training and self.word_dropout:
                previous = self.drop_words(previous, drop_seed)
        logits, auxiliary = self.decoder(z, previous, training=training)
        return {
            "logits": logits,
            "auxiliary_logits": auxiliary,
            "z_mean": z_mean,
            "z_log_var": z_log_var,
        }

    def encode(self, tokens, training=False):
        """Returns the parameters of q(z | text): `z_mean` and `z_log_var`."""
        if self.encoder is None:
            empty = tf.zeros((tf.shape(tokens)[0], 0))
            return empty, empty
        return self.encoder(tokens, training=training)

    def previous_tokens(self, tokens):
        """Returns the token before each position, first the start id."""
        start = tf.fill((tf.shape(tokens)[0], 1), self.start)
        return tf.concat([start, tokens[:, :-1]], axis=1)

    def costs(self, tokens, seed, training=False):
        """Returns the costs of each text, without weights.

        All tokens up to and including the end of the text count, padding
        does not.

        Args:
            tokens: int32 tensor of shape `(batch, length)`.
            seed: int32 tensor of shape `(2,)`, the seed of z.
            training: whether tokens are dropped and batch norm uses the
                batch's statistics.

        Returns:
            A dict of float32 tensors of shape `(batch,)`: `reconstruction`,
            `kl`, `auxiliary` and `negative_elbo` in nats, and `characters`;
            `kl_per_dimension` of shape `(batch, z_size)`.
        """
        outputs = self(tokens, seed=seed, training=training)
        mask = text_mask(tokens)
        reconstruction = cross_entropy(tokens, outputs["logits"], mask)
        parts = gaussian_kl(outputs["z_mean"], outputs["z_log_var"])
        kl = tf.reduce_sum(parts, axis=-1)
        auxiliary = tf.zeros_like(reconstruction)
        if outputs["auxiliary_logits"] is not None:
            auxiliary = cross_entropy(tokens, outputs["auxiliary_logits"], mask)
        return {
            "reconstruction": reconstruction,
            "kl": kl,
            "kl_per_dimension": parts,
            "auxiliary": auxiliary,
            "negative_elbo": reconstruction + kl,
            "characters": character_counts(tokens),
        }

    def train_step(self, tokens):
        """Trains on one batch; the noise is a function of the step."""
        step = tf.convert_to_tensor(self.optimizer.iterations)
        seed = tf.stack([self.seed, tf.cast(step, tf.int32)])
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        with tf.GradientTape() as tape:
            costs = self.costs(tokens, seed, training=True)
            losses = self._weighted_loss(costs, step)
            # The optimizer sums the gradients of all replicas.
            loss = self.optimizer.scale_loss(tf.reduce_mean(losses) / replicas)
        weights = self.trainable_weights
        gradients = tape.gradient(loss, weights)
        if self.clip_norm:
            gradients = self._clip(gradients, replicas)
        self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        if self.objective.min_rate:
            kl = replica_sum(tf.reduce_mean(costs["kl"])) / replicas
            missing = self.objective.min_rate - kl
            self.multiplier.assign(
                tf.maximum(self.multiplier + _MULTIPLIER_RATE * missing, 0.0)
            )
        return self._training_metrics.update(costs, losses)

    def test_step(self, tokens):
        """Evaluates one batch; the noise is a function of its texts."""
        batch, length = tf.unstack(tf.shape(tokens))
        positions = replica_rows(
            lambda rows: tf.reshape(
                tf.range(1, 1 + rows * length), (rows, length)
            ),
            batch,
        )
        content = tf.reduce_sum(tokens * positions)
        seed = tf.stack([self.seed, replica_sum(content)])
        costs = self.costs(tokens, seed)
        losses = self._weighted_loss(costs, self.optimizer.iterations)
        return self._training_metrics.update(costs, losses)

    def _clip(self, gradients, replicas):
        """Clips the gradients by the norm of the global batch's gradient."""
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        gradients = replica_sum(gradients)
        gradients, _ = tf.clip_by_global_norm(gradients, self.clip_norm)
        return [gradient / replicas for gradient in gradients]

    def _weighted_loss(self, costs, step):
        multiplier = self.multiplier if self.objective.min_rate else 0.0
        return weighted_loss(self.objective, costs, step, multiplier)

    def get_config(self):
        """Returns the parts and settings of the model."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "encoder": serialize(self.encoder),
            "decoder": serialize(self.decoder),
            "objective": dataclasses.asdict(self.objective),
            "word_dropout": self.word_dropout,
            "clip_norm": self.clip_norm,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Rebuilds the model with its parts."""
        for part in ("encoder", "decoder"):
            config[part] = keras.saving.deserialize_keras_object(
                config[part], custom_objects=custom_objects
            )
        config["objective"] = Objective(**config["objective"])
        return cls(**config)
