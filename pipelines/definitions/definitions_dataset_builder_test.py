from pathlib import Path

import pytest
import tensorflow_datasets as tfds

from pipelines.definitions import definitions_dataset_builder

pytest.importorskip("dill", reason="tfds.testing needs it")

FILE = Path(__file__).parent / "dummy_data" / "glosses.tsv"


class Builder(definitions_dataset_builder.Builder, skip_registration=True):
    FILE = FILE


class DefinitionsTest(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = Builder
    SPLITS = {"train": 6, "validation": 1, "test": 1}  # noqa: RUF012
