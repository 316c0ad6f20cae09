"""Variational autoencoders of text: train, compare, generate and serve."""

import importlib
import os

# Keras reads its backend once, when it is first imported.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# TensorFlow's notices at startup would hide a command's output.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

__version__ = "0.1.0"

_MODULES = {
    "ByteNetLanguageModel": "hcvae_tf.models.bytenet_language_model",
    "ConvEncoder": "hcvae_tf.models.conv_encoder",
    "DeconvDecoder": "hcvae_tf.models.deconv_decoder",
    "Encoder": "hcvae_tf.models.encoder",
    "HybridDecoder": "hcvae_tf.models.hybrid_decoder",
    "LSTMDecoder": "hcvae_tf.models.lstm_decoder",
    "LSTMEncoder": "hcvae_tf.models.lstm_encoder",
    "LSTMLanguageModel": "hcvae_tf.models.lstm_language_model",
    "LayerNormLSTM": "hcvae_tf.layers.layer_norm_lstm",
    "Objective": "hcvae_tf.models.objective",
    "TextVAE": "hcvae_tf.models.text_vae",
    "TrainedTextVAE": "hcvae_tf.inference.trained_text_vae",
    "SubwordVocabulary": "pipelines.vocabulary",
    "Vocabulary": "pipelines.vocabulary",
    "connect": "hcvae_tf.client",
    "load_dataset": "pipelines.load",
    "presets": "hcvae_tf.models.presets",
}
"""The module of each public name."""

__all__ = sorted(_MODULES)


def __getattr__(name):
    # Not at import: commands import this package before they have work.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(_MODULES[name])
    if name == "presets":
        return module
    return getattr(module, {"load_dataset": "load"}.get(name, name))


def __dir__():
    return sorted([*globals(), *__all__])
