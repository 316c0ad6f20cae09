from pathlib import Path

import pytest
import tensorflow_datasets as tfds

from pipelines.lines import lines_dataset_builder
from pipelines.multi_file.builder import multi_file_config

pytest.importorskip("dill", reason="tfds.testing needs it")

FILE = Path(__file__).parent / "dummy_data" / "songs.tsv"


class LinesTest(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = lines_dataset_builder.Builder
    BUILDER_CONFIG_NAMES_TO_TEST = [  # noqa: RUF012
        multi_file_config(str(FILE))
    ]
    # The file has four different texts, one of them twice.
    SPLITS = {"train": 2, "validation": 1, "test": 1}  # noqa: RUF012
