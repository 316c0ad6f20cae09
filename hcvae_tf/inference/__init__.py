"""Inference: encoding, writing and scoring texts with a trained model."""
