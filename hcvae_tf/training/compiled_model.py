"""Builds and compiles a model for training."""

import keras
import tensorflow as tf

from hcvae_tf.models.build import build_model
from hcvae_tf.models.config import Config
from hcvae_tf.models.schedules import EpochDecay
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.precision import resolve_precision
from pipelines.vocabulary import Vocabulary


def compiled_model(config: Config, vocabulary: Vocabulary) -> TextVAE:
    """Builds the model that the settings describe, with its optimizer.

    Args:
        config: the settings; `config.data.length` must be a number.
        vocabulary: vocabulary of the texts.

    Returns:
        A model whose initial weights are a function of
        `config.training.seed`.
    """
    training = config.training
    precision = resolve_precision(training.precision)
    dtype = "mixed_bfloat16" if precision == "bfloat16" else "float32"
    model = build_model(config, vocabulary, dtype)
    model.compile(
        keras.optimizers.Adam(
            EpochDecay(
                training.learning_rate,
                training.decay,
                training.decay_after,
                training.steps_per_epoch,
            )
        ),
        # On a GPU, XLA compiles the complete step. On a CPU that is slower,
        # and only the elementwise part of the LSTM is compiled.
        jit_compile=_one_gpu(),
    )
    model.optimizer.build(model.trainable_variables)
    return model


def _one_gpu() -> bool:
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    return replicas == 1 and bool(tf.config.list_physical_devices("GPU"))
