"""The builders are found and read by name, as any of tensorflow-datasets."""

import pytest
import tensorflow_datasets as tfds

from pipelines.errors import UserError
from pipelines.lines import lines_dataset_builder
from pipelines.load import load
from pipelines.multi_file.builder import multi_file_config
from pipelines.ptb import ptb_dataset_builder

BUILDERS = (lines_dataset_builder, ptb_dataset_builder)


def test_prepared_tweets_are_loaded_by_name(tmp_path):
    load("tweets/synthetic", texts=50, data_dir=str(tmp_path))
    rows = tfds.load(
        "tweets/synthetic-50",
        data_dir=tmp_path,
        split="train",
        download=False,
        as_supervised=True,
    )
    assert len(rows) == 50
    text, label = next(iter(rows))
    assert text.dtype == label.dtype == "string"


@pytest.mark.parametrize("builder", BUILDERS)
def test_builders_are_registered(builder, tmp_path):
    name = builder.Builder.name
    assert isinstance(tfds.builder(name, data_dir=tmp_path), builder.Builder)


def test_lines_say_that_they_need_a_file(tmp_path):
    with pytest.raises(UserError, match="lines needs your own file"):
        tfds.load("lines", data_dir=tmp_path / "data")
    file = tmp_path / "mine.txt"
    file.write_text("one\ntwo\nthree\nfour\n")
    builder = tfds.builder(
        "lines", data_dir=tmp_path / "data", config=multi_file_config(str(file))
    )
    builder.download_and_prepare()
    assert sum(s.num_examples for s in builder.info.splits.values()) == 4
