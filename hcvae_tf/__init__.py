"""Variational autoencoders for text: training, comparison, generation."""

import os

# Keras reads its backend once, at its first import.
os.environ["KERAS_BACKEND"] = "tensorflow"
# Otherwise TensorFlow's start-up messages hide the output of a command.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

__version__ = "0.1.0"


def __getattr__(name):
    # Imported only on use: a command's --help must not wait for it.
    if name == "TrainedTextVAE":
        from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

        return TrainedTextVAE
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
