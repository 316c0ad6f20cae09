"""`python -m hcvae_tf` lists the commands."""

import importlib.util

from shared import begin


def test_each_command_is_listed_with_one_sentence():
    process = begin("hcvae_tf")
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    lines = [
        line.removeprefix("python -m ").split(maxsplit=1)
        for line in output.splitlines()
        if line.startswith("python -m ")
    ]
    names = [name for name, _ in lines]
    assert {"hcvae_tf.fit", "hcvae_tf.sample", "tuner.search"} < set(names)
    for name, summary in lines:
        assert importlib.util.find_spec(name), name
        assert summary.endswith("."), summary
    assert "hcvae_tf.client" not in names
