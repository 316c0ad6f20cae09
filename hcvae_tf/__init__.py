"""Variational autoencoders of text: train, compare and generate."""

import os

# Keras reads its backend once, at its first import.
os.environ["KERAS_BACKEND"] = "tensorflow"
# TensorFlow's own start-up notices would bury a command's output.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

__version__ = "0.1.0"


def __getattr__(name):
    # Not at once: commands import this package before they have work.
    if name == "TrainedTextVAE":
        from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

        return TrainedTextVAE
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
