"""Finds a model by its folder or by the name of a bundled model."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def find_run(path: str | os.PathLike) -> Path | None:
    """Returns the folder of the run that a path names.

    Args:
        path: folder of a run; folder of a model with its run in `run`; or,
            if there is no such folder, the name of a bundled model, such as
            `"tweets"`.

    Returns:
        None if there is no run.
    """
    if not os.fspath(path):
        return None
    folder = Path(path)
    candidates = [folder, folder / "run"]
    if not folder.exists() and folder.name == os.fspath(path):
        candidates = [
            # In an installed package, and in a clone of the repository.
            _PACKAGE / "bundled" / folder.name,
            _PACKAGE.parent / "saved_models" / folder.name / "run",
        ]
    for candidate in candidates:
        if (candidate / "run.json").is_file():
            return candidate
    return None
