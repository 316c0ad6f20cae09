"""Every command line in the README and the docs is one that the commands take.

The lines are parsed, not run: their files and runs do not exist here.
"""

import importlib
import re
import shlex
from pathlib import Path

import pytest

from hcvae_tf.models.presets import preset
from pipelines.command_line import first_flags, parse
from tuner.ranges import take_ranges

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md"),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "saved_models").glob("*/README.md")),
]
LINE = re.compile(r"python -m ((?:hcvae_tf|tuner|pipelines)\.\w+)([^`\n]*)")


def documented():
    for page in PAGES:
        text = page.read_text("utf-8").replace("\\\n", " ")
        for name, rest in LINE.findall(text):
            # Up to a comment, a pipe or the next command.
            words = shlex.split(re.split(r"\s[#<|&;]|…|;", rest)[0], posix=True)
            if words and not any("$" in word for word in words):
                yield name, words


@pytest.mark.parametrize(("name", "words"), documented())
def test_it_is_parsed(name, words):
    module = importlib.import_module(name)
    if name == "hcvae_tf.reproduce":
        module = importlib.import_module(f"{name}.__main__")
    kind = name.rpartition(".")[2].capitalize()
    command = getattr(module, kind)
    defaults = {}
    if kind in ("Fit", "Search"):
        if kind == "Search":
            words, _ = take_ranges(words)
        chosen = first_flags(words, "preset", "config", "resume").preset
        defaults["default"] = command(settings=preset(chosen or "small"))
    if kind == "Prepare":
        words = module._join_beam(words)
    assert isinstance(parse(command, name, words, **defaults), command)


def test_the_commands_are_found():
    names = {name for name, _ in documented()}
    assert {"hcvae_tf.fit", "hcvae_tf.evaluate", "tuner.search"} < names
    assert len(list(documented())) > 40
