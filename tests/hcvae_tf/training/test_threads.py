"""The cores that TensorFlow's ops get in training."""

import os

import pytest

from hcvae_tf.training import threads


@pytest.mark.parametrize(
    ("cores", "given", "expected"),
    [(1, None, "1"), (2, None, "1"), (8, None, "4"), (8, "3", "3")],
)
def test_an_op_gets_half_of_the_cores(cores, given, expected, monkeypatch):
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    if given:
        monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", given)
    monkeypatch.setattr(threads, "cores", lambda: cores)
    threads.share_cores()
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == expected
