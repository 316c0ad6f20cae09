"""Texts of any number of files, pooled, each kept once, split by a hash."""
