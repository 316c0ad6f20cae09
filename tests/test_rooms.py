"""Imports between the rooms go one way, as docs/architecture.md shows."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("pipelines", "hcvae_tf", "tuner")
COMMANDS = {
    *(f"hcvae_tf.{path.stem}" for path in ROOT.glob("hcvae_tf/*.py")),
    *("hcvae_tf.reproduce.__main__", "pipelines.prepare", "tuner.search"),
} - {"hcvae_tf.__init__"}


def modules():
    """Name of each module of the packages → its file."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if not path.stem.endswith("_test"):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


MODULES = modules()


def imports(path):
    """The modules of the packages that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name not in MODULES and "." in name:
                name = name.rpartition(".")[0]
            if name in MODULES:
                yield name


def room(module):
    """Package and folder, such as `hcvae_tf.models`; files at a root alone."""
    package, *rest = module.split(".")
    return ".".join([package, *rest[:1]])


ARROWS = {name: set(imports(path)) for name, path in MODULES.items()}


def test_the_arrows_are_read():
    assert "hcvae_tf.models.text_vae" in ARROWS["hcvae_tf.models.build"]
    # One inside a function.
    assert "hcvae_tf.training.loop" in ARROWS["hcvae_tf.fit"]
    assert len(COMMANDS) > 15


def test_packages():
    order = {package: place for place, package in enumerate(PACKAGES)}
    for module, found in ARROWS.items():
        for other in found:
            here, there = module.split(".")[0], other.split(".")[0]
            assert order[there] <= order[here], f"{module} imports {other}"


def test_nothing_imports_a_command():
    for module, found in ARROWS.items():
        assert not found & COMMANDS, f"{module} imports {found & COMMANDS}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_cycles_between_rooms(package):
    graph = {}
    for module, found in ARROWS.items():
        for other in found:
            # The roots have the public names alone.
            if room(module) != room(other) and room(other) not in PACKAGES:
                graph.setdefault(room(module), set()).add(room(other))
    # Raises CycleError, which names the rooms.
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("name", ["models", "layers"])
def test_models_know_nothing_of_their_use(name):
    allowed = {
        *("hcvae_tf.layers", "hcvae_tf.models"),
        # What a token is, and how a mistake is told.
        *("pipelines.vocabulary", "pipelines.errors", "pipelines.checks"),
    }
    for module, found in ARROWS.items():
        if room(module) == f"hcvae_tf.{name}":
            rooms = {room(other) for other in found}
            assert rooms <= allowed, f"{module} imports {rooms - allowed}"


def test_flags_are_for_commands():
    for module, found in ARROWS.items():
        rooms = {room(other) for other in found}
        if module in COMMANDS or room(module) == "hcvae_tf.command_line":
            continue
        assert "pipelines.command_line" not in rooms or module in (
            # A trial is a process of its own.
            "tuner.trial",
        ), module


def test_private_parts_of_libraries_are_in_compat():
    private = ("keras_tuner.src", "tensorflow_datasets.core", "keras.src")
    for module, path in MODULES.items():
        if "compat" in module:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import):
                text = ast.unparse(node)
                assert not any(name in text for name in private), path
                assert "import _" not in text or "__" in text, path
