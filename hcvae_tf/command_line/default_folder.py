"""The folder of a run or a search whose name the user does not give."""

import contextlib
import itertools
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def default_folder(parent: str, dataset: str, setup: str) -> Iterator[Path]:
    """Creates a folder that no other process has, named after its content.

    The folder is removed again if nothing is written to it.

    Args:
        parent: folder to create it in.
        dataset: name of the dataset.
        setup: a word for the settings, such as the name of a preset.

    Yields:
        `parent/DATASET-SETUP-TIME`, with `-2`, `-3`, … if that is taken.
    """
    now = time.strftime("%Y%m%d-%H%M%S")
    name = f"{dataset.replace('/', '-')}-{setup}-{now}"
    Path(parent).mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = Path(parent) / (name + f"-{number}" * (number > 1))
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        break
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()
