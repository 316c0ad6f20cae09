"""The number of graphs that a run traces."""

import collections

from shared import TINY, call

from hcvae_tf.models.text_vae import TextVAE


def test_a_run_traces_its_training_step_once(
    tmp_path, data_dir, monkeypatch, capfd
):
    traces = collections.Counter()

    def counted(name, original):
        def step(self, tokens):
            # Python runs only while a graph is traced.
            traces[name] += 1
            return original(self, tokens)

        monkeypatch.setattr(TextVAE, name, step)

    counted("train_step", TextVAE.train_step)
    counted("test_step", TextVAE.test_step)
    flags = ["--run-dir", tmp_path / "run", "--data-dir", data_dir]
    # The last of the batches of 24 is smaller: 80 validation texts.
    sizes = ["--batch-size", 24, "--validation-batches", 9]
    length = ["--epochs", 3, "--steps-per-epoch", 5]
    result = call(capfd, "hcvae_tf.fit", *TINY, *flags, *sizes, *length)
    assert result.status == 0, result.err
    assert traces["train_step"] == 1
    assert traces["test_step"] <= 2
