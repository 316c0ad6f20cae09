"""Costs by place are parts of the reconstruction."""

import math

import numpy as np
import pytest
import tensorflow as tf

from hcvae_tf.metrics.costs_by_place import costs_by_place


@pytest.mark.parametrize("sizes", [None, (0, 1, 1, 7, *[3] * 7, 25)])
def test_places_add_up_to_the_reconstruction(make_model, random_tokens, sizes):
    model = make_model(length=33)
    model.characters_per_token = sizes
    tokens = random_tokens(6, 33)
    tokens[np.arange(6), [32, 3, 20, 11, 0, 5]] = 2
    # What follows an end is padding.
    tokens[np.cumsum(tokens == 2, axis=1) - (tokens == 2) > 0] = 0
    found = costs_by_place(model, [tf.constant(tokens)] * 2)
    count = np.zeros(len(found))
    for row in tokens:
        at = 0
        for token in row[: 1 + row.tolist().index(2)]:
            size = 1 if sizes is None else sizes[token]
            count[at // 10] += 2 * size
            at += size
    assert [bits is None for bits in found] == (count == 0).tolist()
    nats = sum(
        bits * number * math.log(2)
        for bits, number in zip(found, count, strict=True)
        if number
    )
    expected = 0.0
    for index in range(2):
        z_mean, z_log_var = model.encode(tf.constant(tokens))
        z = model.sampling(z_mean, z_log_var, tf.constant([0, index]))
        expected += float(tf.reduce_sum(model.reconstruction(z, tokens)))
    assert nats == pytest.approx(expected, rel=1e-4)
