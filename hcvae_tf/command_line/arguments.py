"""Positional arguments of several commands."""

from typing import Annotated

import tyro

from pipelines.command_line import MAY_BE_EMPTY

RunArgument = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
"""Folder of a training run or, for some commands, of an export."""

TextsArgument = Annotated[
    tuple[str, ...],
    tyro.conf.Positional,
    tyro.conf.arg(metavar="TEXT …"),
    MAY_BE_EMPTY,
]
"""Texts; a single - reads them from standard input."""

TextArgument = Annotated[str, MAY_BE_EMPTY]
"""One text, which may be empty."""
