"""Positional arguments of several commands."""

from typing import Annotated

import tyro

RunArgument = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
"""Folder of a training run or, for some commands, of an export."""

TextsArgument = Annotated[
    tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="TEXT …")
]
"""Texts; a single - reads them from standard input."""
