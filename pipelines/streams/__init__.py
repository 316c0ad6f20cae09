"""Prepared data as streams of token windows, for training and evaluation."""
