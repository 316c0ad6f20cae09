"""Functions of tensors that run as they are written."""

import tensorflow as tf

as_written = tf.autograph.experimental.do_not_convert
"""Spares the functions of a stream AutoGraph, which takes longer than the rest.

It decorates what builds a stream. AutoGraph would rewrite Python's `if` and
`for` on tensors in the functions that are mapped there; no stream has any.
"""
