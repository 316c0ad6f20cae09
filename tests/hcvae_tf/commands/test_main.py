"""`python -m hcvae_tf` lists the commands."""

import importlib.util

from shared import begin


def test_each_command_is_listed_with_one_sentence():
    process = begin("hcvae_tf")
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert max(map(len, output.splitlines())) <= 80
    table, _ = output.split("\n\n")
    lines = [line.split(maxsplit=1) for line in table.splitlines()]
    names = [name for name, _ in lines]
    assert {"hcvae_tf.fit", "hcvae_tf.sample", "tuner.search"} < set(names)
    for name, summary in lines:
        assert importlib.util.find_spec(name), name
        assert summary.endswith("."), summary
    assert "hcvae_tf.client" not in names
