"""Checks that the private API used by `pipelines.compat` still exists."""

import dataclasses
import inspect
from typing import Annotated, Literal

import pytest
import tensorflow_datasets as tfds
import tyro

from pipelines.checks import require_positive
from pipelines.command_line import parse
from pipelines.compat.tfds import ExampleWriter, ShardConfig, shuffle
from pipelines.errors import UserError

Builder = tfds.core.GeneratorBasedBuilder


@dataclasses.dataclass(frozen=True)
class Command:
    name: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="NAME")]
    kind: Literal["a", "b"] = "a"
    number: int = 1

    def __post_init__(self):
        require_positive(number=self.number)


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        (Builder, "_generate_splits", "self dl_manager download_config"),
        (Builder, "_process_pipeline_result", "self pipeline_result"),
        (Builder, "_example_writer", "self"),
        (tfds.core.DatasetBuilder, "_get_filename_template", "self split_name"),
        (tfds.core.DatasetInfo, "initialize_from_bucket", "self"),
        (tfds.download.DownloadConfig, "get_shard_config", "self"),
        (
            *(ShardConfig, "get_number_shards"),
            "self total_size num_examples uses_precise_sharding",
        ),
        (ExampleWriter, "write", "self path examples"),
        (shuffle.Shuffler, "add", "self key data"),
    ],
)
def test_tensorflow_datasets_has_the_methods(owner, name, expected):
    assert hasattr(owner, name), f"tensorflow-datasets has no {owner}.{name}"
    found = " ".join(inspect.signature(getattr(owner, name)).parameters)
    assert found == expected, f"tensorflow-datasets changed {owner}.{name}"


def test_tensorflow_datasets_has_the_buffer_size():
    assert shuffle.MAX_MEM_BUFFER_SIZE > 1 << 20


def test_errors_of_tyro_are_reworded():
    def message(*flags):
        with pytest.raises(UserError) as error:
            parse(Command, "prog", list(flags))
        return str(error.value)

    assert message() == "NAME is missing (see prog --help)"
    assert "unknown arguments: --colour red" in message("x", "--colour", "red")
    words = "--kind cannot be 'c'; choose one of a, b"
    assert words in message("x", "--kind", "c")
    assert "--number" in message("x", "--number", "many")
    assert "many" in message("x", "--number", "many")
    assert "--number needs" in message("x", "--number")
    assert "`number` must be above 0" in message("x", "--number", "0")
