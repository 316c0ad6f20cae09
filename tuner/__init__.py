"""Searching alpha and the layer widths."""
