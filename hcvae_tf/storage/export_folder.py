"""The versions of an export, `NAME/1`, `NAME/2`, …, as servers read them."""

import os
from pathlib import Path

from hcvae_tf.storage import training_log

EXTRA = "assets.extra"
"""Folder in a version for files that are no part of the SavedModel."""
LAST_VERSION = 2**63 - 1
"""The largest version number that servers read."""


def find_version(path: str | os.PathLike) -> Path | None:
    """Returns the folder of one version of an export.

    Args:
        path: folder of one version, or of all versions for the newest one.

    Returns:
        The folder of the version, None if the path is not an export.
    """
    folder = Path(path)
    if _has_model(folder):
        return folder
    numbers = version_numbers(folder)
    return folder / str(numbers[-1]) if numbers else None


def log_of(version: Path) -> Path:
    """Returns the file of the training's log in the folder of a version."""
    return version / EXTRA / training_log.NAME


def version_numbers(folder: Path) -> list[int]:
    """Returns the version numbers in a folder in ascending order."""
    return [n for n in _numbers(folder) if _has_model(folder / str(n))]


def next_version(folder: Path) -> int:
    """Returns the next free number, above all folders and files with one."""
    return max(_numbers(folder), default=0) + 1


def _numbers(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir()]
    # Servers also ignore other spellings of a number, such as 01.
    return sorted(
        int(name)
        for name in names
        if name.isdecimal()
        and name == str(int(name))
        and int(name) <= LAST_VERSION
    )


def _has_model(folder: Path) -> bool:
    return (folder / "saved_model.pb").is_file()
