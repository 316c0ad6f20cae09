"""Checks that imports between folders go one way (docs/architecture.md)."""

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


def find_modules():
    """Returns the file of each module of the packages, by module name."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if not path.stem.endswith("_test"):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


def import_statements(path, in_functions=True):
    """Returns the import statements of a file, also those in functions."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node
        for node in (ast.walk(tree) if in_functions else tree.body)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def imported_modules(path, in_functions=True):
    """Yields the modules of the packages that a file imports."""
    for node in import_statements(path, in_functions):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert node.level == 0, f"{path} has a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            while name not in MODULES and "." in name:
                name = name.rpartition(".")[0]
            if name in MODULES:
                yield name


def folder_of(module):
    """Returns package and folder, or the module itself if in no folder."""
    package, *rest = module.split(".")
    return ".".join([package, *rest[:1]])


MODULES = find_modules()
IMPORTS = {name: set(imported_modules(path)) for name, path in MODULES.items()}


def test_imports_are_found():
    assert "hcvae_tf.models.text_vae" in IMPORTS["hcvae_tf.models.build"]
    # An import inside a function.
    assert "hcvae_tf.training.loop" in IMPORTS["hcvae_tf.fit"]
    assert len(COMMANDS) > 15


def test_one_import_lets_keras_load_any_model():
    """See "`model.keras` is a plain Keras model" in the README."""
    known = {"hcvae_tf.models.build"}
    while (
        more := {
            other
            for module in known
            for other in imported_modules(MODULES[module], in_functions=False)
        }
        - known
    ):
        known |= more
    registering = {
        module
        for module, path in MODULES.items()
        if "register_keras_serializable(" in path.read_text("utf-8")
    }
    assert len(registering) > 15
    assert registering <= known


def test_packages_import_only_earlier_packages():
    order = {package: index for index, package in enumerate(PACKAGES)}
    for module, imported in IMPORTS.items():
        for other in imported:
            package, other_package = module.split(".")[0], other.split(".")[0]
            assert order[other_package] <= order[package], (
                f"{module} imports {other}"
            )


def test_no_module_imports_a_command():
    for module, imported in IMPORTS.items():
        commands = imported & COMMANDS
        assert not commands, f"{module} imports {commands}"


def test_no_import_cycles_between_folders():
    graph = {}
    for module, imported in IMPORTS.items():
        for other in imported:
            # The roots of the packages contain only the public names.
            if (
                folder_of(module) != folder_of(other)
                and folder_of(other) not in PACKAGES
            ):
                graph.setdefault(folder_of(module), set()).add(folder_of(other))
    # Raises CycleError, which names the folders.
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("name", ["models", "layers"])
def test_models_do_not_import_the_code_that_uses_them(name):
    allowed = {
        *("hcvae_tf.layers", "hcvae_tf.models"),
        *(
            "pipelines.vocabulary",
            "pipelines.cores",
            "pipelines.errors",
            "pipelines.checks",
            "pipelines.json_object",
        ),
    }
    for module, imported in IMPORTS.items():
        if folder_of(module) == f"hcvae_tf.{name}":
            folders = {folder_of(other) for other in imported}
            assert folders <= allowed, f"{module} imports {folders - allowed}"


def test_only_commands_parse_flags():
    for module, imported in IMPORTS.items():
        folders = {folder_of(other) for other in imported}
        if module in COMMANDS or folder_of(module) == "hcvae_tf.command_line":
            continue
        assert "pipelines.command_line" not in folders or module in (
            # A trial is a separate process.
            "tuner.trial",
        ), module


def test_only_compat_modules_use_private_api_of_libraries():
    private = ("keras_tuner.src", "tensorflow_datasets.core", "keras.src")
    for module, path in MODULES.items():
        if "compat" in module:
            continue
        for node in import_statements(path):
            text = ast.unparse(node)
            assert not any(name in text for name in private), path
            assert "import _" not in text or "__" in text, path
