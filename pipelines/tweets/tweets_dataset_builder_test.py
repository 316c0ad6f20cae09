from pathlib import Path

import pytest
import tensorflow_datasets as tfds

from pipelines.tweets import tweets_dataset_builder

pytest.importorskip("dill", reason="tfds.testing needs it")

FILE = Path(__file__).parent / "dummy_data" / "mine.txt"


class Sentiment140Test(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = tweets_dataset_builder.Builder
    BUILDER_CONFIG_NAMES_TO_TEST = ["sentiment140"]  # noqa: RUF012
    SPLITS = {"train": 3, "validation": 1, "test": 3}  # noqa: RUF012
    DL_DOWNLOAD_RESULT = "trainingandtestdata.zip"


class SyntheticTest(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = tweets_dataset_builder.Builder
    BUILDER_CONFIG_NAMES_TO_TEST = [  # noqa: RUF012
        tweets_dataset_builder.synthetic_config(50, seed=3)
    ]
    SPLITS = {"train": 50, "validation": 5, "test": 5}  # noqa: RUF012


class FileTest(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = tweets_dataset_builder.Builder
    BUILDER_CONFIG_NAMES_TO_TEST = [  # noqa: RUF012
        tweets_dataset_builder.file_config(str(FILE))
    ]
    SPLITS = {"train": 4, "validation": 1}  # noqa: RUF012
