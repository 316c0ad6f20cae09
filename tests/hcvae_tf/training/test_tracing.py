"""The number of graphs that a run traces."""

import collections

import pytest
from shared import succeeds

from hcvae_tf.models.text_vae import TextVAE


@pytest.mark.slow
def test_a_run_traces_its_training_step_once(fit, monkeypatch):
    traces = collections.Counter()

    def counted(name, original):
        def step(self, tokens):
            # Python runs only while a graph is traced.
            traces[name] += 1
            return original(self, tokens)

        monkeypatch.setattr(TextVAE, name, step)

    counted("train_step", TextVAE.train_step)
    counted("test_step", TextVAE.test_step)
    # The last of the batches of 24 is smaller: 80 validation texts.
    sizes = ["--batch-size", 24, "--validation-batches", 9]
    sizes += ["--batch-statistics", 0.5]
    succeeds(fit(*sizes, "--epochs", 3, "--steps-per-epoch", 5))
    assert traces["train_step"] == 1
    assert traces["test_step"] <= 2
