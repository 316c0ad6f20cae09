"""Builds a model from its settings."""

import keras

from hcvae_tf.layers.logits_head import MANY_CLASSES
from hcvae_tf.models.bytenet_language_model import ByteNetLanguageModel
from hcvae_tf.models.config import Config, ModelConfig
from hcvae_tf.models.conv_encoder import ConvEncoder
from hcvae_tf.models.deconv_decoder import DeconvDecoder
from hcvae_tf.models.hybrid_decoder import HybridDecoder
from hcvae_tf.models.lstm_decoder import LSTMDecoder
from hcvae_tf.models.lstm_encoder import LSTMEncoder
from hcvae_tf.models.lstm_language_model import LSTMLanguageModel
from hcvae_tf.models.text_vae import TextVAE
from pipelines.errors import UserError
from pipelines.vocabulary import BaseVocabulary

# Gradients vary by a factor of about 3 from step to step.
_OUTLIER_FACTOR = 10.0
# With many classes, vectors of tokens are cheaper than one-hot vectors.
_EMBEDDING_SIZE = 128


def build_model(
    config: Config,
    vocabulary: BaseVocabulary,
    dtype: str = "float32",
    model_class: type[TextVAE] = TextVAE,
) -> TextVAE:
    """Builds the model that the settings describe, without compiling it.

    Args:
        config: the settings; `config.data.length` must be a number.
        vocabulary: vocabulary of the texts.
        dtype: dtype policy of the layers, `"float32"` or `"mixed_bfloat16"`.
            Weights, statistics, logits and losses are float32 with both.
        model_class: `TextVAE` or a subclass with the same arguments.

    Returns:
        A model whose initial weights are a function of
        `config.training.seed`.

    Raises:
        UserError: (a `ValueError`) if the length is missing.
    """
    model, training, length = config.model, config.training, config.data.length
    if length is None:
        raise UserError(
            "`length` is missing: give the number of tokens per text, such as "
            'config.replace("data", length=128)'
        )
    keras.utils.set_random_seed(training.seed)
    # Characters have no weights: each says little about a text.
    weights = vocabulary.token_weights if config.objective.bag else None
    text_vae = model_class(
        _encoder(model, vocabulary, length, dtype),
        _decoder(model, vocabulary, length, dtype),
        config.objective.in_steps(training.steps),
        characters_per_token=vocabulary.characters_per_token,
        word_dropout=model.word_dropout,
        clip_norm=training.clip_norm,
        outlier_factor=_OUTLIER_FACTOR,
        seed=training.seed,
        token_weights=weights,
        shared_embedding=_shares_embedding(model, vocabulary),
    )
    text_vae.build((None, length))
    return text_vae


def _embedding_size(model: ModelConfig, vocabulary: BaseVocabulary) -> int:
    if model.embedding_size is not None:
        return model.embedding_size
    return _EMBEDDING_SIZE if vocabulary.size >= MANY_CLASSES else 0


def _shares_embedding(model: ModelConfig, vocabulary: BaseVocabulary) -> bool:
    """Returns whether it is asked for, and both parts have vectors."""
    return (
        model.shared_embedding
        and model.encoder != "none"
        and model.decoder != "deconv"
        and _embedding_size(model, vocabulary) > 0
    )


def _encoder(
    model: ModelConfig, vocabulary: BaseVocabulary, length: int, dtype: str
):
    shared = {
        "input_vocabulary_size": vocabulary.size,
        "z_size": model.z_size,
        "embedding_size": _embedding_size(model, vocabulary),
        "bn_gamma": model.mean_spread,
        "dtype": dtype,
    }
    if model.encoder == "none":
        return None
    if model.encoder == "lstm":
        return LSTMEncoder(units=model.encoder_units, **shared)
    return ConvEncoder(length=length, filters=model.maps, **shared)


def _decoder(
    model: ModelConfig, vocabulary: BaseVocabulary, length: int, dtype: str
):
    sizes = {
        "input_vocabulary_size": vocabulary.input_size,
        "output_vocabulary_size": vocabulary.size,
        "embedding_size": _embedding_size(model, vocabulary),
        "dtype": dtype,
    }
    if model.decoder == "lstm":
        z_size = 0 if model.encoder == "none" else model.z_size
        return LSTMDecoder(z_size=z_size, units=model.decoder_units, **sizes)
    deconvolution = DeconvDecoder(
        vocabulary.size,
        model.z_size,
        length,
        model.maps,
        model.feature_size,
        dtype=dtype,
    )
    if model.decoder == "deconv":
        return deconvolution
    sizes["feature_size"] = model.feature_size
    sizes["feature_skip"] = model.feature_skip
    if model.language_model == "lstm":
        language_model = LSTMLanguageModel(units=model.decoder_units, **sizes)
    else:
        language_model = ByteNetLanguageModel(
            layers=model.bytenet_layers,
            filters=model.bytenet_width,
            **sizes,
        )
    return HybridDecoder(deconvolution, language_model, dtype=dtype)
