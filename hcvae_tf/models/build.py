"""From settings to a model."""

import keras
import tensorflow as tf

from hcvae_tf.models.config import Config
from hcvae_tf.models.decoders import (
    DeconvDecoder,
    HybridDecoder,
    LSTMDecoder,
)
from hcvae_tf.models.encoders import ConvEncoder, LSTMEncoder
from hcvae_tf.models.language_models import (
    ByteNetLanguageModel,
    LSTMLanguageModel,
)
from hcvae_tf.models.schedules import EpochDecay
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.precision import settled
from pipelines.vocabulary import Vocabulary


def build_model(config: Config, vocabulary: Vocabulary) -> TextVAE:
    """Builds and compiles the model that the settings describe.

    Args:
        config: the settings; `config.data.length` must be a number.
        vocabulary: of the texts.

    Returns:
        A model whose weights are a function of `config.training.seed`.
    """
    keras.utils.set_random_seed(config.training.seed)
    precision = settled(config.training.precision)
    # Weights, statistics, logits and losses are float32 under both.
    policy = "mixed_bfloat16" if precision == "bfloat16" else "float32"
    model = TextVAE(
        _encoder(config, vocabulary, policy),
        _decoder(config, vocabulary, policy),
        config.objective,
        word_dropout=config.model.word_dropout,
        clip_norm=config.training.clip_norm,
        seed=config.training.seed,
    )
    model.build((None, config.data.length))
    training = config.training
    model.compile(
        keras.optimizers.Adam(
            EpochDecay(
                training.learning_rate,
                training.decay,
                training.decay_after,
                training.steps_per_epoch,
            )
        ),
        # On a GPU XLA compiles the whole step. On a CPU that would make it
        # slower; the scan of the LSTM has its own part compiled there.
        jit_compile=_one_gpu(),
    )
    model.optimizer.build(model.trainable_variables)
    return model


def _one_gpu():
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    return replicas == 1 and bool(tf.config.list_physical_devices("GPU"))


def _encoder(config, vocabulary, policy):
    model, tokens = config.model, vocabulary.size
    if model.encoder == "none":
        return None
    if model.encoder == "lstm":
        encoder, size = LSTMEncoder, (model.encoder_units,)
    else:
        encoder, size = ConvEncoder, (config.data.length, model.maps)
    return encoder(
        tokens,
        model.z_size,
        *size,
        mean_spread=model.mean_spread,
        dtype=policy,
    )


def _decoder(config, vocabulary, policy):
    model = config.model
    tokens, classes = vocabulary.input_size, vocabulary.size
    if model.decoder == "lstm":
        z_size = 0 if model.encoder == "none" else model.z_size
        return LSTMDecoder(
            tokens, classes, z_size, model.decoder_units, dtype=policy
        )
    deconvolution = DeconvDecoder(
        classes,
        model.z_size,
        config.data.length,
        model.maps,
        model.feature_size,
        dtype=policy,
    )
    if model.decoder == "deconv":
        return deconvolution
    if model.language_model == "lstm":
        language_model = LSTMLanguageModel(
            tokens,
            classes,
            model.decoder_units,
            model.feature_size,
            dtype=policy,
        )
    else:
        language_model = ByteNetLanguageModel(
            tokens,
            classes,
            model.bytenet_layers,
            model.bytenet_width,
            model.feature_size,
            dtype=policy,
        )
    return HybridDecoder(deconvolution, language_model, dtype=policy)
