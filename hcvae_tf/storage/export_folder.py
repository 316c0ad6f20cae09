"""The folders of an export: `NAME/1`, `NAME/2`, … as servers read them."""

import os
from pathlib import Path

LAST_VERSION = 2**63 - 1
"""The greatest number that servers read."""


def find_version(path: str | os.PathLike) -> Path | None:
    """The folder of the version that a path stands for.

    Args:
        path: folder of one version, or of all, then it is the newest.

    Returns:
        None if it is no export.
    """
    folder = Path(path)
    if _holds_model(folder):
        return folder
    numbers = version_numbers(folder)
    return folder / str(numbers[-1]) if numbers else None


def version_numbers(folder: Path) -> list[int]:
    """The versions in a folder, in their order."""
    return [n for n in _numbers(folder) if _holds_model(folder / str(n))]


def next_version(folder: Path) -> int:
    """The number above all that are taken, also by what is no model."""
    return max(_numbers(folder), default=0) + 1


def _numbers(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir()]
    # Other spellings of a number are no version to a server either.
    return sorted(
        int(name)
        for name in names
        if name.isdecimal()
        and name == str(int(name))
        and int(name) <= LAST_VERSION
    )


def _holds_model(folder: Path) -> bool:
    return (folder / "saved_model.pb").is_file()
