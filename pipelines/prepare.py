"""Prepares a dataset for training.

python -m pipelines.prepare tweets
"""

import sys
from dataclasses import dataclass
from typing import Annotated

import tyro

from pipelines import registry
from pipelines.checks import require_subwords
from pipelines.command_line import parse, run_command

_PROG = "python -m pipelines.prepare"


@dataclass
class Prepare:
    """Downloads, checks, normalises and shards a dataset."""

    name: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="NAME")]
    """ptb, tweets, tweets/sentiment140, tweets/synthetic, definitions or
    lines."""
    data_file: str | None = None
    """Your own file (.txt, .txt.gz, .tsv or .tsv.gz) with one text per line,
    for tweets and lines; or a pattern for several files, such as
    'part-*.tsv.gz' or 'gs://bucket/part-*.tsv'."""
    data_dir: str | None = None
    """Folder of prepared datasets (default: TFDS_DATA_DIR or
    ~/tensorflow_datasets)."""
    texts: int | None = None
    """Number of training texts, for tweets/synthetic."""
    vocabulary_size: int | None = None
    """Learn this many subwords, too, for fit --units subwords."""
    beam: str | None = None
    """Prepare several files with Apache Beam, with these options of Beam, such
    as "--runner=DirectRunner --direct_running_mode=multi_processing
    --direct_num_workers=2"."""


def main() -> None:
    """Runs the command."""
    command = parse(Prepare, _PROG, _join_beam(sys.argv[1:]))
    registry.check(command.name, command.data_file, command.texts, command.beam)
    if command.vocabulary_size is not None:
        require_subwords(command.vocabulary_size)
    # TensorFlow takes seconds to import, so the arguments are checked first.
    from pipelines.load import load

    corpus = load(
        command.name,
        data_file=command.data_file,
        data_dir=command.data_dir,
        texts=command.texts,
        subwords=command.vocabulary_size,
        beam=command.beam,
    )
    print(f"{corpus.name} is in {corpus.builder.data_dir}")
    unit = "characters" if corpus.name == "ptb" else "texts"
    for split, size in corpus.sizes.items():
        print(f"{split:>10} {size:>12,} {unit}")


def _join_beam(args: list[str]) -> list[str]:
    """Joins --beam and its value, which may begin with dashes itself."""
    if "--beam" not in args[:-1]:
        return args
    index = args.index("--beam")
    return [*args[:index], f"--beam={args[index + 1]}", *args[index + 2 :]]


if __name__ == "__main__":
    run_command(main)
