"""Prepared datasets as streams of token windows."""
