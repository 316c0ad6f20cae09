"""The text VAE: its parts, its costs and its training step."""

import dataclasses

import keras
import tensorflow as tf

# So that Keras can load a model that has one.
from hcvae_tf.layers import mixture_prior  # noqa: F401
from hcvae_tf.layers.batch_normalization import BatchNormalization
from hcvae_tf.layers.compat import all_layers
from hcvae_tf.layers.gaussian_density import gaussian_log_density
from hcvae_tf.layers.gaussian_sampling import GaussianSampling
from hcvae_tf.layers.logits_head import MANY_CLASSES
from hcvae_tf.layers.replicas import replica_rows, replica_sum
from hcvae_tf.layers.word_dropout import WordDropout
from hcvae_tf.models.bag_of_tokens import BagOfTokens
from hcvae_tf.models.every_second import every_second
from hcvae_tf.models.fused_adam import FusedAdam
from hcvae_tf.models.gradient_guard import GradientGuard
from hcvae_tf.models.hybrid_decoder import HybridDecoder
from hcvae_tf.models.losses import (
    batch_mean,
    cross_entropy,
    gaussian_kl,
    token_nats,
    weighted_loss,
)
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.schedules import kl_weight
from hcvae_tf.models.token_ids import check_range, token_ids
from hcvae_tf.models.training_metrics import TrainingMetrics
from hcvae_tf.models.used_positions import first_positions, used_positions
from pipelines.errors import UserError
from pipelines.vocabulary import (
    character_counts,
    dropped_id,
    start_id,
    text_mask,
)

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
        outlier_factor: a gradient whose norm is more than this many times the
            usual one, or not finite, is replaced by zeros. With `FusedAdam`
            the step does not move the weights; other optimizers move them
            by their momentum. None keeps all. See `GradientGuard`.
        seed: seed of the noise and of the choice of dropped tokens.
        characters_per_token: that of the vocabulary, None for one each.
        prior: a `MixturePrior`, or None for N(0, 1).
        token_weights: weight of each id in the bag of tokens that z must
            predict, see `BagOfTokens`; None for no bag.
        shared_embedding: whether the encoder reads the decoder's vectors of
            tokens; both must have been asked for vectors of the same width,
            see `Encoder.share_embedding`.

    Call arguments:
        tokens: int32 tensor of shape `(batch, length)`.
        seed: int32 tensor of shape `(2,)`. With it z is sampled and, in
            training, tokens are dropped. Without it z is `z_mean`.
        positions: int32 scalar, number of first positions to predict; all by
            default. What XLA compiles predicts the others, too.
        auxiliary_first: see `HybridDecoder`.
        training: whether batch norm uses the batch's statistics.

    Returns:
        A dict: `logits` and `auxiliary_logits` of shape
        `(batch, positions, output_vocabulary_size)` (the latter is missing if
        the decoder has none), `z`, `z_mean` and `z_log_var` of shape
        `(batch, z_size)`.

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
        outlier_factor=None,
        seed=0,
        characters_per_token=None,
        prior=None,
        token_weights=None,
        shared_embedding=False,
        **kwargs,
    ):
        # Ids that are not integers are refused, not cast.
        super().__init__(autocast=False, **kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.shared_embedding = shared_embedding
        if shared_embedding:
            if encoder is None:
                raise UserError("`shared_embedding` needs an encoder")
            language_model = getattr(decoder, "language_model", None)
            encoder.share_embedding(getattr(language_model, "embedding", None))
        self.prior = prior
        self.bag = BagOfTokens(token_weights) if token_weights else None
        if isinstance(objective, dict):
            objective = Objective(**objective)
        self.objective = objective or Objective()
        weights = self.objective
        if (
            0 < weights.kl_start < 1
            or weights.kl_end < 1
            or (weights.alpha_falls and weights.alpha_end < 1)
        ):
            raise UserError(
                "a TextVAE does not know the number of all steps; give "
                "objective.in_steps(number)"
            )
        self.characters_per_token = characters_per_token and tuple(
            characters_per_token
        )
        self.word_dropout = word_dropout
        self.clip_norm = clip_norm
        self.guard = GradientGuard(outlier_factor) if outlier_factor else None
        self.seed = seed
        size = decoder.output_vocabulary_size
        self.start = start_id(size)
        self.sampling = GaussianSampling(dtype="float32")
        self.drop_words = WordDropout(word_dropout, dropped_id(size))
        self._training_metrics = TrainingMetrics()

    @classmethod
    def from_preset(cls, preset, vocabulary, length, dtype="float32"):
        """Builds the untrained model of a preset; it is not compiled.

        Args:
            preset: a name in `hcvae_tf.presets.PRESETS`, such as `"small"`.
            vocabulary: a `Vocabulary`.
            length: tokens per text.
            dtype: policy of the layers, `"float32"` or `"mixed_bfloat16"`.

        Raises:
            UserError: a `ValueError`, if there is no such preset or the
                length is impossible.

        Example:
            >>> import hcvae_tf
            >>> vocabulary = hcvae_tf.Vocabulary()
            >>> model = hcvae_tf.TextVAE.from_preset("small", vocabulary, 64)
            >>> model.count_params()
            1299754
        """
        # The module below needs this one.
        from hcvae_tf.models.build import build_model
        from hcvae_tf.models.presets import preset as named

        config = named(preset).replace("data", length=length)
        return build_model(config, vocabulary, dtype, cls)

    @property
    def input_dtype(self):
        """Type of the ids that are read, for exports."""
        return "int32"

    @property
    def length(self):
        """Tokens per text, None for any number."""
        parts = (self.encoder, self.decoder)
        return next(
            filter(None, (getattr(p, "length", None) for p in parts)), None
        )

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
        for part in (self.encoder, self.decoder, self.prior):
            if part is not None and not part.built:
                part.build(tokens_shape)
        if self.bag is not None and not self.bag.built:
            self.bag.build((None, self.z_size))
        if self.objective.min_rate:
            self.multiplier = self.add_weight(
                shape=(),
                initializer="zeros",
                trainable=False,
                aggregation="mean",
                name="multiplier",
            )
        if self.guard is not None:
            self.guard.build()
        # Keras requires that all layers are built before it distributes.
        self.sampling.build()
        self.drop_words.build()

    def call(
        self,
        tokens,
        seed=None,
        positions=None,
        auxiliary_first=None,
        training=False,
    ):
        """Encodes texts and predicts each of their tokens."""
        tokens = token_ids(tokens, self.length)
        z_mean, z_log_var = self.encode(tokens, training=training)
        z, previous = z_mean, self.previous_tokens(tokens)
        if seed is not None:
            noise_seed, drop_seed = tf.unstack(
                tf.random.experimental.stateless_split(seed, 2, alg="philox")
            )
            z = self.sampling(z_mean, z_log_var, noise_seed)
            if training and self.word_dropout:
                previous = self.drop_words(previous, drop_seed)
        options = {"positions": positions, "training": training}
        if auxiliary_first is not None:
            options["auxiliary_first"] = auxiliary_first
        logits = self.decoder(z, previous, **options)
        # The second one, if there is one, is auxiliary.
        names = ("logits", "auxiliary_logits")[: len(logits)]
        return {
            **dict(zip(names, logits, strict=True)),
            "z": z,
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
        does not. Where there is only padding, nothing is predicted.

        Args:
            tokens: int32 tensor of shape `(batch, length)`.
            seed: int32 tensor of shape `(2,)`, the seed of z.
            training: whether tokens are dropped and batch norm uses the
                batch's statistics. With many classes, `auxiliary` is then
                estimated from every second place.

        Returns:
            A dict of float32 tensors of shape `(batch,)`: `reconstruction`,
            `kl`, `auxiliary` and `negative_elbo` in nats, and `characters`;
            `kl_per_dimension`, always to N(0, 1), of shape
            `(batch, z_size)`. With a `BagOfTokens`, also its cost, `bag`.
        """
        positions = used_positions(tokens)
        # Where logits are expensive, every second place is a fair sample.
        first = (
            tf.cast(seed[1], tf.int32) % 2
            if training and self._halves_auxiliary
            else None
        )
        outputs = self(
            tokens,
            seed=seed,
            positions=positions,
            auxiliary_first=first,
            training=training,
        )
        tokens = first_positions(tokens, positions)
        mask = text_mask(tokens)
        reconstruction = cross_entropy(tokens, outputs["logits"], mask)
        characters = self.characters(tokens)
        code = outputs["z_mean"], outputs["z_log_var"]
        kl = self.kl(outputs["z"], *code)
        bag = {}
        if self.bag is not None:
            bag["bag"] = self.bag(outputs["z"], tokens)
        auxiliary = tf.zeros_like(reconstruction)
        if "auxiliary_logits" in outputs:
            share = 1.0
            if first is not None:
                share, tokens = 2.0, every_second(tokens, first)
                mask = text_mask(tokens)
            auxiliary = share * cross_entropy(
                tokens, outputs["auxiliary_logits"], mask
            )
        return {
            "reconstruction": reconstruction,
            "kl": kl,
            "kl_per_dimension": gaussian_kl(*code),
            "auxiliary": auxiliary,
            "negative_elbo": reconstruction + kl,
            "characters": characters,
            **bag,
        }

    @property
    def _halves_auxiliary(self):
        classes = self.decoder.output_vocabulary_size
        return isinstance(self.decoder, HybridDecoder) and (
            classes >= MANY_CLASSES
        )

    def characters(self, tokens):
        """Returns the number of characters of each text, its end included.

        Args:
            tokens: int32 tensor of shape `(batch, length)`.

        Returns:
            float32 tensor of shape `(batch,)`.
        """
        return character_counts(tokens, self.characters_per_token)

    def log_prior(self, z):
        """Returns log p(z) in nats for z of shape `(batch, z_size)`."""
        if self.prior is None:
            return gaussian_log_density(z, 0.0, 0.0)
        return self.prior(z)

    def kl(self, z, z_mean, z_log_var):
        """Returns what the latent vector of each text costs.

        Args:
            z: float tensor of shape `(batch, z_size)`, drawn from q(z | text).
            z_mean: float tensor of the same shape.
            z_log_var: float tensor of the same shape.

        Returns:
            KL(q(z | text) || p(z)) in nats, shape `(batch,)`. It is exact for
            N(0, 1) and otherwise estimated from the draw.
        """
        if self.prior is None:
            return tf.reduce_sum(gaussian_kl(z_mean, z_log_var), axis=-1)
        return gaussian_log_density(z, z_mean, z_log_var) - self.prior(z)

    def reconstruction(self, z, tokens):
        """Returns the cost of each text, given its latent vector.

        Args:
            z: float tensor of shape `(batch, z_size)`.
            tokens: int32 tensor of shape `(batch, length)`.

        Returns:
            -log p(text | z) in nats, float32 tensor of shape `(batch,)`;
            padding does not count.
        """
        return tf.reduce_sum(self.token_costs(z, tokens), axis=-1)

    def token_costs(self, z, tokens):
        """Returns the cost of each token, given the latent vector of its text.

        Args:
            z: float tensor of shape `(batch, z_size)`.
            tokens: int32 tensor of shape `(batch, length)`.

        Returns:
            Nats, float32 tensor of shape `(batch, positions)` with the first
            positions, after which there is only padding; padding costs 0.
        """
        positions = used_positions(tokens)
        previous = self.previous_tokens(tokens)
        logits, *_ = self.decoder(z, previous, positions=positions)
        tokens = first_positions(tokens, positions)
        return token_nats(tokens, logits) * text_mask(tokens)

    def use_batch_statistics(self, on):
        """Sets which statistics batch norms use in training.

        Args:
            on: whether to use those of the batch, as at first, or the moving
                ones, as in evaluation; see `BatchNormalization`.
        """
        for layer in all_layers(self):
            if isinstance(layer, BatchNormalization):
                layer.use_batch_statistics(on)

    def compile(self, optimizer="rmsprop", **kwargs):
        """Sets the optimizer, as any Keras model.

        Raises:
            UserError: a `ValueError`, if `loss` or `metrics` are given. The
                model computes its own; a subclass can add to them in
                `compute_loss`.
        """
        for name in ("loss", "loss_weights", "metrics", "weighted_metrics"):
            if kwargs.pop(name, None) is not None:
                raise UserError(
                    f"a TextVAE has its own loss and metrics; leave {name} "
                    "out of compile, or override compute_loss"
                )
        super().compile(optimizer=optimizer, **kwargs)
        adam = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        if self.guard is not None and isinstance(adam, FusedAdam):
            adam.keeps = self.guard.kept

    def compile_from_config(self, config):
        """Compiles a model that was saved with its optimizer."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)

    def fit(
        self,
        x=None,
        y=None,
        *args,
        class_weight=None,
        sample_weight=None,
        **kwargs,
    ):
        """Trains the model; see `keras.Model.fit`.

        Args:
            x: token ids of shape `(batch, length)`, in any form that Keras
                takes; with it may come targets, which are not used, and a
                weight per text.
            y: not used.
            *args: see `keras.Model.fit`.
            class_weight: must be None, because a TextVAE has no classes.
            sample_weight: a weight per text, or None.
            **kwargs: see `keras.Model.fit`.

        Raises:
            UserError: a `ValueError`, if `class_weight` is given.
        """
        if class_weight is not None:
            raise UserError(
                "a TextVAE has no classes; give sample_weight, one number per "
                "text, in place of class_weight"
            )
        kwargs["sample_weight"] = sample_weight
        return super().fit(x, _targets(x, y, sample_weight), *args, **kwargs)

    def evaluate(self, x=None, y=None, *args, sample_weight=None, **kwargs):
        """Measures the costs; see `keras.Model.evaluate` and `fit`."""
        kwargs["sample_weight"] = sample_weight
        y = _targets(x, y, sample_weight)
        return super().evaluate(x, y, *args, **kwargs)

    def quantize(self, *args, **kwargs):
        """Raises UserError: a quantized model could not be loaded again."""
        raise UserError(
            "a TextVAE cannot be quantized; train it with "
            'dtype="mixed_bfloat16", or quantize its export'
        )

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """Computes the loss of a batch from the costs of its texts.

        Args:
            x: tokens, int32 tensor of shape `(batch, length)`.
            y: not used.
            y_pred: what `costs` returned.
            sample_weight: float tensor of shape `(batch,)`, or None.
            training: not used.

        Returns:
            Nats, float32 scalar: the mean over the texts, and the losses that
            layers have added.
        """
        loss = tf.reduce_mean(self._text_losses(y_pred, sample_weight))
        for added in self.losses:
            loss += tf.reduce_sum(tf.cast(added, loss.dtype))
        return loss

    def train_step(self, data):
        """Trains on one batch; the noise is a function of the step."""
        tokens, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        tokens = self._checked(tokens)
        step = tf.convert_to_tensor(self.optimizer.iterations)
        seed = tf.stack([self.seed, tf.cast(step, tf.int32)])
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        with tf.GradientTape() as tape:
            costs = self.costs(tokens, seed, training=True)
            loss = self.compute_loss(
                tokens, y_pred=costs, sample_weight=sample_weight
            )
            # The optimizer sums the gradients of all replicas.
            scaled = self.optimizer.scale_loss(loss / replicas)
        weights = self.trainable_weights
        gradients = tape.gradient(scaled, weights)
        if weights and (self.clip_norm or self.guard is not None):
            gradients = self._tamed(gradients, step, replicas)
        # The metrics are of the weights before the update.
        losses = self._losses_for_metrics(costs, sample_weight, loss)
        if weights:
            self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        if self.objective.min_rate:
            rate = batch_mean(costs["kl"], costs["characters"])
            missing = self.objective.min_rate - rate
            changed = self.multiplier + _MULTIPLIER_RATE * missing
            # Below the minimum, KL is worth as much as it costs above it.
            largest = 2.0 * kl_weight(self.objective, step)
            self.multiplier.assign(tf.clip_by_value(changed, 0.0, largest))
        guarded = self.guard is not None
        return self._training_metrics.update(costs, losses, guarded)

    def test_step(self, data):
        """Evaluates one batch; the noise is a function of its texts."""
        tokens, _, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        tokens = self._checked(tokens)
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
        loss = self.compute_loss(
            tokens, y_pred=costs, sample_weight=sample_weight, training=False
        )
        losses = self._losses_for_metrics(costs, sample_weight, loss)
        return self._training_metrics.update(costs, losses, guarded=False)

    def _checked(self, tokens):
        tokens = token_ids(tokens, self.length)
        return check_range(tokens, self.decoder.output_vocabulary_size)

    def _text_losses(self, costs, sample_weight):
        losses = self._weighted_loss(costs, self.optimizer.iterations)
        if sample_weight is not None:
            losses *= tf.cast(sample_weight, losses.dtype)
        return losses

    def _losses_for_metrics(self, costs, sample_weight, loss):
        """Returns a loss per text, with an equal share of what was added."""
        losses = self._text_losses(costs, sample_weight)
        return losses + (loss - tf.reduce_mean(losses))

    def _tamed(self, gradients, step, replicas):
        """Clips the gradients, and leaves them out if they are outliers.

        Their norm is that of the global batch's gradient.
        """
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        gradients = replica_sum(gradients)
        # They may be scaled, so that float16 can hold them.
        scale = self.optimizer.scale_loss(tf.constant(1.0))
        norm = tf.linalg.global_norm(gradients)
        # Branches, because most steps need no other pass over the gradients.
        if self.clip_norm:
            most = float(self.clip_norm) * scale
            gradients = tf.cond(
                norm <= most,
                lambda: gradients,
                lambda: tf.clip_by_global_norm(gradients, most, norm)[0],
            )
        if self.guard is not None:
            keep = self.guard(norm / scale, step)
            if isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer):
                # It lowers its scale when it sees that they are not finite.
                keep |= ~tf.math.is_finite(norm)
            gradients = tf.cond(
                keep,
                lambda: gradients,
                # Not a product: 0 * inf is nan.
                lambda: [tf.zeros_like(gradient) for gradient in gradients],
            )
        if replicas == 1:
            return gradients
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
            "prior": serialize(self.prior),
            "objective": dataclasses.asdict(self.objective),
            "characters_per_token": self.characters_per_token,
            "word_dropout": self.word_dropout,
            "clip_norm": self.clip_norm,
            "outlier_factor": self.guard and self.guard.factor,
            "seed": self.seed,
            "token_weights": self.bag and self.bag.token_weights,
            "shared_embedding": self.shared_embedding,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Rebuilds the model with its parts."""
        config = dict(config)
        if config.get("shared_embedding"):
            # A layer that is built could not be given the decoder's vectors.
            config["encoder"] = {**config["encoder"], "build_config": None}
        for part in ("encoder", "decoder", "prior"):
            # Models of older versions have no prior of their own.
            config[part] = keras.saving.deserialize_keras_object(
                config.get(part), custom_objects=custom_objects
            )
        config["objective"] = Objective(**config["objective"])
        return cls(**config)


def _targets(x, y, sample_weight):
    """Keras would forget the weights if there were no targets."""
    return x if y is None and sample_weight is not None else y
