"""Names what broke if an update takes away private API that is used here."""

import dataclasses
import inspect
from typing import Annotated, Literal

import pytest
import tensorflow_datasets as tfds
import tyro

from pipelines.checks import require_positive
from pipelines.command_line import parse
from pipelines.compat.tfds import (
    ExampleWriter,
    ShardConfig,
    shuffle,
)
from pipelines.errors import UserError


@dataclasses.dataclass(frozen=True)
class Command:
    name: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="NAME")]
    kind: Literal["a", "b"] = "a"
    number: int = 1

    def __post_init__(self):
        require_positive(number=self.number)


def arguments(function):
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        (
            tfds.core.GeneratorBasedBuilder,
            "_generate_splits",
            ["self", "dl_manager", "download_config"],
        ),
        (
            tfds.core.GeneratorBasedBuilder,
            "_process_pipeline_result",
            ["self", "pipeline_result"],
        ),
        (tfds.core.GeneratorBasedBuilder, "_example_writer", ["self"]),
        (
            tfds.core.DatasetBuilder,
            "_get_filename_template",
            ["self", "split_name"],
        ),
        (
            tfds.download.DownloadConfig,
            "get_shard_config",
            ["self"],
        ),
        (
            ShardConfig,
            "get_number_shards",
            ["self", "total_size", "num_examples", "uses_precise_sharding"],
        ),
        (ExampleWriter, "write", ["self", "path", "examples"]),
        (shuffle.Shuffler, "add", ["self", "key", "data"]),
    ],
)
def test_hooks_of_tensorflow_datasets(owner, name, expected):
    assert hasattr(owner, name), f"tensorflow-datasets has no {owner}.{name}"
    found = arguments(getattr(owner, name))
    assert found == expected, f"tensorflow-datasets changed {owner}.{name}"


def test_the_buffer_of_tensorflow_datasets():
    assert shuffle.MAX_MEM_BUFFER_SIZE > 1 << 20


def test_reasons_of_tyro():
    def refusal(*flags):
        with pytest.raises(UserError) as error:
            parse(Command, "prog", list(flags))
        return str(error.value)

    assert refusal() == "NAME is missing (see prog --help)"
    assert "unknown: --colour red" in refusal("x", "--colour", "red")
    assert "--kind cannot be 'c'; choose one of a, b" in refusal(
        "x", "--kind", "c"
    )
    assert "--number" in refusal("x", "--number", "many")
    assert "many" in refusal("x", "--number", "many")
    assert "--number needs" in refusal("x", "--number")
    assert "`number` must be above 0" in refusal("x", "--number", "0")
