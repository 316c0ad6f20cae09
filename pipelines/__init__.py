"""Datasets of texts: preparation on disk, and batches of token ids."""
