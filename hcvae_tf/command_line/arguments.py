"""Kinds of arguments and flags of several commands."""

from typing import Annotated

import tyro

from hcvae_tf.models.presets import NOTES
from pipelines.command_help import HelpTable
from pipelines.command_line import MAY_BE_EMPTY

RunArgument = Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
"""Folder of a training run or, for some commands, of an export."""

TextsArgument = Annotated[
    tuple[str, ...],
    tyro.conf.Positional,
    tyro.conf.arg(metavar="TEXT ..."),
    MAY_BE_EMPTY,
]
"""Texts; a single - reads them from standard input."""

TextArgument = Annotated[str, tyro.conf.arg(metavar="TEXT"), MAY_BE_EMPTY]
"""One text, which may be empty."""

FileFlag = Annotated[str, tyro.conf.arg(metavar="FILE")]
FolderFlag = Annotated[str, tyro.conf.arg(metavar="FOLDER")]

PresetFlag = Annotated[
    str,
    tyro.conf.arg(metavar="NAME"),
    HelpTable(
        "presets, and about how long they train on two CPU cores",
        tuple(
            (name, f"{note.time}: {note.use}") for name, note in NOTES.items()
        ),
    ),
]
"""Name of a preset; the help lists all."""
