"""The text of a command's `--help`, made from its dataclass."""

import ast
import dataclasses
import inspect
import itertools
import re
import shutil
import textwrap
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pipelines.compat.tyro import FlagNotes, flag_notes

_MOST_COLUMNS = 80
_FEWEST_COLUMNS = 50
_LEFT = 24
_GENERAL = [
    ("-h, --help", "Print this text."),
    ("-v, --verbose", "Print the notices of TensorFlow and other libraries."),
]
_DEFAULT = re.compile(r"\s*\(default: [^)]*\)")


class HelpTable(NamedTuple):
    """Annotates a flag whose values are explained at the end of the help.

    Attributes:
        title: heading of the table.
        rows: pairs of a value and what it means.
    """

    title: str
    rows: tuple[tuple[str, str], ...]


def help_text(command: Any, prog: str, default: Any = None) -> str:
    """Returns the help of a command, at most 80 columns wide.

    Args:
        command: the dataclass of the flags; those of a nested dataclass are
            a section, with the first sentence of its docstring as heading.
        prog: how the command is called, e.g. `"python -m hcvae_tf.fit"`.
        default: an instance whose values are the defaults of the flags.
    """
    sections: list[tuple[str, list[tuple[str, str]]]] = []
    tables: list[HelpTable] = []
    positional: list[tuple[str, str]] = []
    general: list[tuple[str, str]] = []
    required: list[str] = []

    def read(kind, values, rows):
        texts = _field_texts(kind)
        for field, notes, value in _fields(kind, values):
            if dataclasses.is_dataclass(notes.kind):
                nested: list[tuple[str, str]] = []
                sections.append((_first_sentence(notes.kind), nested))
                read(notes.kind, value, nested)
                continue
            text = _with_default(texts.get(field.name, ""), notes, value)
            if notes.positional:
                positional.append((_metavar(field, notes), text))
                continue
            flag = _flag(field, notes, value)
            rows.append((flag, text))
            if value is dataclasses.MISSING:
                required.append(flag)
            tables.extend(n for n in notes.others if isinstance(n, HelpTable))

    read(command, default, general)
    width = shutil.get_terminal_size().columns
    width = min(max(width, _FEWEST_COLUMNS), _MOST_COLUMNS)
    words = [prog, *(name for name, _ in positional), *required, "[flags]"]
    usage = _wrapped(f"usage: {' '.join(words)}", width, "    ")
    about = [
        _wrapped(paragraph, width)
        for paragraph in (inspect.getdoc(command) or "").split("\n\n")
    ]
    sections = [
        ("arguments", positional),
        ("flags", general + _GENERAL),
        *sections,
        *tables,
    ]
    blocks = [usage, *about]
    blocks += [_section(*each, width) for each in sections if each[1]]
    return "\n\n".join(blocks)


def _fields(
    kind: Any, values: Any
) -> Iterator[tuple[dataclasses.Field, FlagNotes, Any]]:
    """Yields each field with a flag, its annotations and default value."""
    notes = flag_notes(kind)
    for field in dataclasses.fields(kind):
        value = field.default
        if values not in (None, dataclasses.MISSING):
            value = getattr(values, field.name)
        if not notes[field.name].hidden:
            yield field, notes[field.name], value


def _field_texts(kind: Any) -> dict[str, str]:
    """Returns the docstrings below the fields, base classes included."""
    texts = {}
    for owner in reversed(kind.__mro__):
        if not dataclasses.is_dataclass(owner):
            continue
        source = textwrap.dedent(inspect.getsource(owner))
        (body,) = (each.body for each in ast.parse(source).body)
        for before, after in itertools.pairwise(body):
            if isinstance(before, ast.AnnAssign) and isinstance(
                after, ast.Expr
            ):
                text = ast.literal_eval(after.value)
                texts[before.target.id] = " ".join(text.split())
    return texts


def _first_sentence(kind: Any) -> str:
    paragraph = inspect.getdoc(kind).partition("\n\n")[0]
    return " ".join(paragraph.split()).removesuffix(".")


def _flag(field, notes, value) -> str:
    name = f"--{(notes.name or field.name).replace('_', '-')}"
    if notes.kind is bool:
        return f"{name}, --no-{name[2:]}" if value is True else name
    names = ", ".join([*notes.aliases, name])
    return f"{names} {_metavar(field, notes)}"


def _metavar(field, notes) -> str:
    if notes.metavar:
        return notes.metavar
    kind, more = notes.kind, ""
    if get_origin(kind) is tuple:
        kind, more = get_args(kind)[0], " ..."
    if get_origin(kind) is Literal:
        return "|".join(map(str, get_args(kind)))
    if kind is not str:
        return {int: "INT", float: "NUMBER"}[kind] + more
    endings = {"file": "FILE", "dir": "FOLDER"}
    return endings.get(field.name.rpartition("_")[2], "STR") + more


def _with_default(text: str, notes: FlagNotes, value: Any) -> str:
    """Adds the default to a flag's text, which may explain that of None."""
    if value is dataclasses.MISSING:
        return text if notes.positional else f"{text} (required)"
    if value is None or value == () or notes.kind is bool:
        return text
    text = _DEFAULT.sub("", text)
    values = value if isinstance(value, tuple) else (value,)
    shown = (f"{v:g}" if isinstance(v, float) else str(v) for v in values)
    # textwrap does not break the line at this space.
    return f"{text} (default:\xa0{' '.join(shown)})"


def _section(title: str, rows: list[tuple[str, str]], width: int) -> str:
    lines = [_wrapped(f"{title}:", width)]
    for left, right in rows:
        left = f"  {left}"
        if len(left) > _LEFT - 2:
            lines.append(left)
            left = ""
        lines.append(_wrapped(right, width, " " * _LEFT, left.ljust(_LEFT)))
    return "\n".join(lines)


def _wrapped(text: str, width: int, indent: str = "", first: str = "") -> str:
    """Returns the text in lines that end between words."""
    lines = textwrap.fill(
        re.sub(r"[ \n]+", " ", text),
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return lines.replace("\xa0", " ")
