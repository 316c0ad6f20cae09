"""The terms of the loss and their weighted sum."""

import tensorflow as tf

from hcvae_tf.layers.replicas import replica_sum
from hcvae_tf.models.objective import Objective
from hcvae_tf.models.schedules import alpha_weight, kl_weight


def weighted_loss(
    objective: Objective,
    costs: dict[str, tf.Tensor],
    step: tf.Tensor,
    multiplier: tf.Tensor | float = 0.0,
) -> tf.Tensor:
    """Returns the loss of each text, the weighted sum of its costs.

    Args:
        objective: the weights.
        costs: `reconstruction`, `auxiliary`, `kl`, `kl_per_dimension`,
            `characters` and perhaps `bag` of `TextVAE.costs`.
        step: training step, integer scalar.
        multiplier: float32 scalar, the Lagrange multiplier of `min_rate`.

    Returns:
        Nats, float32 tensor of shape `(batch,)`.

    Reference:
        Free bits, applied to the batch mean of the KL in each dimension:
        [Kingma et al., 2016](https://arxiv.org/abs/1606.04934). Minimum rate:
        [Pelsmaeker and Aziz, 2020](https://arxiv.org/abs/1904.08194).
    """
    alpha = alpha_weight(objective, step)
    loss = costs["reconstruction"] + alpha * costs["auxiliary"]
    if "bag" in costs:
        loss += objective.bag * costs["bag"]
    if objective.kl == "none":
        # Not a weight of 0: nothing keeps this KL finite, and 0 * inf is nan.
        return loss
    kl = costs["kl"]
    if objective.free_bits:
        means = batch_mean(costs["kl_per_dimension"], costs["characters"])
        kl = tf.reduce_sum(tf.maximum(means, objective.free_bits))
    loss += kl_weight(objective, step) * kl
    if objective.min_rate:
        rate = batch_mean(costs["kl"], costs["characters"])
        # Only what is missing counts: more KL would be a reward without limit.
        loss += multiplier * tf.maximum(objective.min_rate - rate, 0.0)
    return loss


def batch_mean(values: tf.Tensor, characters: tf.Tensor) -> tf.Tensor:
    """Returns the mean over the texts of all replicas, without empty rows.

    Args:
        values: float32 tensor of shape `(batch,)` or `(batch, size)`.
        characters: float32 tensor of shape `(batch,)`, 0 for an empty row.

    Returns:
        float32 scalar, or tensor of shape `(size,)`.
    """
    texts = tf.cast(characters > 0, values.dtype)
    total = tf.reduce_sum(texts * tf.transpose(values), axis=-1)
    total, count = replica_sum([total, tf.reduce_sum(texts)])
    return tf.math.divide_no_nan(total, count)


def gaussian_kl(z_mean: tf.Tensor, z_log_var: tf.Tensor) -> tf.Tensor:
    """Returns KL(N(z_mean, exp(z_log_var)) || N(0, 1)) of each dimension.

    Args:
        z_mean: float tensor of shape `(batch, z_size)`.
        z_log_var: float tensor of the same shape.

    Returns:
        Nats, shape `(batch, z_size)`, never negative.

    Reference:
        [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114),
        appendix B.
    """
    terms = tf.square(z_mean) + tf.exp(z_log_var) - 1.0 - z_log_var
    return 0.5 * terms


def cross_entropy(
    tokens: tf.Tensor, logits: tf.Tensor, mask: tf.Tensor
) -> tf.Tensor:
    """Returns the negative log-likelihood of each text.

    Args:
        tokens: int32 tensor of shape `(batch, length)`.
        logits: float32 tensor of shape `(batch, length, classes)`.
        mask: float32 tensor of shape `(batch, length)`, 1 where a token
            counts.

    Returns:
        Nats, shape `(batch,)`, summed over the tokens.
    """
    return tf.reduce_sum(token_nats(tokens, logits) * mask, axis=-1)


@tf.custom_gradient
def token_nats(tokens: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Returns the negative log-likelihood of each token.

    TensorFlow's own op takes three times as long.

    Args:
        tokens: int32 tensor of shape `(batch, length)`.
        logits: float32 tensor of shape `(batch, length, classes)`.

    Returns:
        Nats, shape `(batch, length)`.
    """
    largest = tf.reduce_max(logits, axis=-1, keepdims=True)
    exponentials = tf.exp(logits - largest)
    total = tf.reduce_sum(exponentials, axis=-1)
    chosen = tf.gather(logits, tokens, axis=2, batch_dims=2)
    nats = tf.math.log(total) + largest[..., 0] - chosen

    def gradient(d_nats):
        d_logits = exponentials * (d_nats / total)[..., tf.newaxis]
        batch, length = tf.unstack(tf.shape(tokens))
        places = tf.meshgrid(tf.range(batch), tf.range(length), indexing="ij")
        places = tf.stack([*places, tokens], axis=-1)
        return None, tf.tensor_scatter_nd_sub(d_logits, places, d_nats)

    return nats, gradient
