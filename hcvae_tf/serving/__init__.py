"""Trained models as SavedModels for TensorFlow Serving."""
