"""The folder of prepared datasets, as TFDS lays it out; needs no TensorFlow."""

import os

from pipelines.errors import UserError
from pipelines.files import file_system


def data_folder(data_dir: str | None) -> str:
    """Returns the folder of prepared datasets; None stands for the default.

    Raises:
        UserError: if TFDS cannot use the folder.
    """
    default = os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    folder = os.path.expanduser(data_dir or default)
    if folder.startswith("~"):
        raise UserError(
            f"{folder}: the home folder is unknown; give the folder with "
            "`data_dir`"
        )
    file_system.refuse_special(folder, "tensorflow-datasets")
    return folder


def prepared_folder(
    name: str, version: str, data_dir: str | None = None
) -> str | None:
    """Returns the folder of a dataset that was prepared.

    Args:
        name: name of the dataset, such as `"lines/file-mine-0123abcd"`.
        version: its version.
        data_dir: folder of prepared datasets; see `data_folder`.

    Returns:
        None if it is not there, or not complete.

    Raises:
        UserError: see `data_folder`.
    """
    folder = os.path.join(data_folder(data_dir), name, version)
    complete = os.path.isfile(os.path.join(folder, "dataset_info.json"))
    return folder if complete else None
