"""Exports for TensorFlow Serving, and calls to such a server."""
