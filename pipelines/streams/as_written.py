"""Functions of tensors that run as they are written."""

import tensorflow as tf

as_written = tf.autograph.experimental.do_not_convert
"""Spares a function of a stream AutoGraph, which takes longer than the rest.

It would rewrite Python's `if` and `for` on tensors, which no stream has.
"""
