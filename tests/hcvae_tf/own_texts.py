"""Texts that every machine with Python has, as a user's own."""

import ast
import functools
import random
import sysconfig
import warnings
from pathlib import Path

KINDS = ("docstrings", "comments", "code")


@functools.cache
def _all():
    """Returns all texts of each kind, shuffled; none twice."""
    found = {kind: {} for kind in KINDS}
    for file in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if "site-packages" in file.parts:
            continue
        try:
            source = file.read_text("utf-8")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(source)
        except (UnicodeDecodeError, SyntaxError, ValueError):
            continue
        for line in map(str.strip, source.splitlines()):
            kind = "comments" if line.startswith("# ") else "code"
            if 15 < len(line) < 120:
                found[kind][line.removeprefix("# ")] = None
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for line in (ast.get_docstring(node) or "").splitlines():
                    if len(line) > 15:
                        found["docstrings"][line.strip()] = None
    texts = {kind: list(each) for kind, each in found.items()}
    for each in texts.values():
        random.Random(0).shuffle(each)
    return texts


def own_texts(kind, number):
    """Returns texts of a kind of `KINDS`."""
    texts = _all()[kind]
    assert len(texts) >= number, (kind, len(texts))
    return texts[:number]
