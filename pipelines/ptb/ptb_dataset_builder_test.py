import pytest
import tensorflow_datasets as tfds

from pipelines.ptb import ptb_dataset_builder

pytest.importorskip("dill", reason="tfds.testing needs it")


class PtbTest(tfds.testing.DatasetBuilderTestCase):
    DATASET_CLASS = ptb_dataset_builder.Builder
    SPLITS = {"train": 3, "validation": 2, "test": 1}  # noqa: RUF012
    DL_DOWNLOAD_RESULT = {  # noqa: RUF012
        "train": "ptb.train.txt",
        "validation": "ptb.valid.txt",
        "test": "ptb.test.txt",
    }
