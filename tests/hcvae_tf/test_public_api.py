"""The names that `import hcvae_tf` offers, and the examples in docs/api.md."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import hcvae_tf

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_names_are_listed_and_documented():
    page = PAGE.read_text("utf-8")
    for name in hcvae_tf.__all__:
        assert getattr(hcvae_tf, name) is not None
        assert name in dir(hcvae_tf)
        assert f"`{name}`" in page, name
    assert hcvae_tf.presets.PRESETS["small"]


def test_the_import_alone_does_not_import_tensorflow():
    code = (
        "import sys, hcvae_tf; dir(hcvae_tf); "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_examples_of_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = doctest.testfile(
        os.fspath(PAGE), module_relative=False, encoding="utf-8"
    )
    assert result.attempted > 40
    assert result.failed == 0
