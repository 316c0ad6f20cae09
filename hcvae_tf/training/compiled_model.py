"""Builds and compiles a model for training."""

import tensorflow as tf

from hcvae_tf.models.build import build_model
from hcvae_tf.models.config import Config, TrainingConfig
from hcvae_tf.models.fused_adam import FusedAdam
from hcvae_tf.models.schedules import EpochDecay, LinearDecay
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.precision import resolve_precision
from pipelines.vocabulary import BaseVocabulary


def compiled_model(config: Config, vocabulary: BaseVocabulary) -> TextVAE:
    """Builds the model that the settings describe, with its optimizer.

    Args:
        config: the settings; `config.data.length` must be a number.
        vocabulary: vocabulary of the texts.

    Returns:
        A model whose initial weights are a function of
        `config.training.seed`.
    """
    training = config.training
    precision = resolve_precision(config)
    dtype = "mixed_bfloat16" if precision == "bfloat16" else "float32"
    model = build_model(config, vocabulary, dtype)
    _compile(model, training)
    return model


def compile_here(model: TextVAE) -> None:
    """Compiles a loaded model's step as this machine needs it.

    Args:
        model: a model with an optimizer, perhaps of a machine with a GPU
            where there is none here.
    """
    model.jit_compile = _one_gpu()


def extend_schedule(model: TextVAE, training: TrainingConfig) -> None:
    """Makes the learning rate of a model fall to 0 at the training's end.

    If it was planned to be 0 earlier, it rises from this step on to where it
    would be in a training that had been planned with this length.

    Args:
        model: a model with an optimizer, whose state is kept.
        training: settings, perhaps with another number of steps.
    """
    # The settings may have been written by a process that was killed then.
    planned = model.optimizer.get_config()["learning_rate"]["config"]
    if planned.get("steps", training.steps) == training.steps:
        return
    state = [v.numpy() for v in model.optimizer.variables]
    _compile(model, training, model.steps_done)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)


def _compile(model, training, start=0):
    model.compile(
        FusedAdam(_learning_rate(training, start)),
        # On a GPU, XLA compiles the complete step. On a CPU that is slower,
        # and only the elementwise part of the LSTM is compiled.
        jit_compile=_one_gpu(),
    )
    model.optimizer.build(model.trainable_variables)


def _learning_rate(training, start):
    rate, steps = training.learning_rate, training.steps
    if training.schedule == "linear":
        warmup = training.warmup
        warmup = round(warmup * (steps - start)) if warmup < 1 else warmup
        return LinearDecay(rate, steps, warmup, start)
    return EpochDecay(
        rate,
        training.decay,
        training.decay_after,
        training.steps_per_epoch,
    )


def _one_gpu() -> bool:
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    return replicas == 1 and bool(tf.config.list_physical_devices("GPU"))
