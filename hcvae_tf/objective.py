"""What is minimised: reconstruction + w * KL + alpha * auxiliary."""

import tensorflow as tf

from hcvae_tf.config import Objective


def kl_weight(objective: Objective, step: tf.Tensor) -> tf.Tensor:
    """The weight of the KL term at a training step.

    Args:
        objective: its settings.
        step: integer scalar.

    Returns:
        float32 scalar.

    Reference:
        [Semeniuta et al., 2017](https://arxiv.org/abs/1702.02390),
        section 3.4.
    """
    if objective.kl != "linear":
        return tf.constant(float(objective.kl == "constant"))
    floor = objective.floor
    grown = (tf.cast(step, tf.float32) - objective.kl_start) / (
        objective.kl_end - objective.kl_start
    )
    return tf.clip_by_value(grown, 0.0, 1.0 - floor) + floor


def weighted_loss(
    objective: Objective,
    reconstruction: tf.Tensor,
    kl: tf.Tensor,
    auxiliary: tf.Tensor,
    step: tf.Tensor,
) -> tf.Tensor:
    """What is minimised, nats, of the shape of its parts."""
    loss = reconstruction + objective.alpha * auxiliary
    if objective.kl == "none":
        # Not even weighted by 0: nothing keeps this term finite.
        return loss
    return loss + kl_weight(objective, step) * kl


def gaussian_kl(z_mean: tf.Tensor, z_log_var: tf.Tensor) -> tf.Tensor:
    """KL(N(z_mean, exp(z_log_var)) || N(0, 1)), summed over z.

    Args:
        z_mean: float tensor of shape `(batch, z_size)`.
        z_log_var: float tensor of the same shape.

    Returns:
        Nats, shape `(batch,)`, never negative.

    Reference:
        [Kingma and Welling, 2013](https://arxiv.org/abs/1312.6114),
        appendix B.
    """
    terms = tf.square(z_mean) + tf.exp(z_log_var) - 1.0 - z_log_var
    return 0.5 * tf.reduce_sum(terms, axis=-1)


def cross_entropy(
    tokens: tf.Tensor, logits: tf.Tensor, mask: tf.Tensor
) -> tf.Tensor:
    """Negative log-likelihood of each text.

    Args:
        tokens: int32 tensor of shape `(batch, length)`.
        logits: float32 tensor of shape `(batch, length, classes)`.
        mask: float32 tensor of shape `(batch, length)`, 1 where a character
            counts.

    Returns:
        Nats, shape `(batch,)`, summed over the characters.
    """
    nats = tf.nn.sparse_softmax_cross_entropy_with_logits(tokens, logits)
    return tf.reduce_sum(nats * mask, axis=-1)
