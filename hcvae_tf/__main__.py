"""Lists the commands, one per line.

python -m hcvae_tf
"""

import ast
from pathlib import Path

from pipelines.command_line import run_command

_ROOT = Path(__file__).parent
_NOT_COMMANDS = ("__init__.py", "__main__.py", "client.py")


def commands() -> dict[str, str]:
    """Returns a dict from module name to the first line of its docstring."""
    files = {
        f"hcvae_tf.{file.stem}": file
        for file in sorted(_ROOT.glob("*.py"))
        if file.name not in _NOT_COMMANDS
    }
    files |= {
        "hcvae_tf.reproduce": _ROOT / "reproduce" / "__main__.py",
        "pipelines.prepare": _ROOT.parent / "pipelines" / "prepare.py",
        "tuner.search": _ROOT.parent / "tuner" / "search.py",
    }
    return {name: _first_line(file) for name, file in files.items()}


def _first_line(file: Path) -> str:
    """Returns the first line of the docstring without importing the file."""
    return ast.get_docstring(ast.parse(file.read_text("utf-8"))).splitlines()[0]


def main() -> None:
    """Runs the command."""
    for command, summary in commands().items():
        print(f"{command:22}{summary}")
    print(
        "\nRun one with python -m NAME; python -m NAME --help lists its flags."
    )


if __name__ == "__main__":
    run_command(main)
