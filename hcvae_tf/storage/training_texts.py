"""Finds out, without TensorFlow, whether the texts of a training are there."""

import contextlib
import os

from hcvae_tf.models.config import DataConfig
from hcvae_tf.storage.run_folder import RunFolder
from pipelines import registry
from pipelines.data_folder import prepared_folder
from pipelines.errors import UserError


def check_texts(run: RunFolder, data: DataConfig) -> None:
    """Checks that the user's file of a run, or what was made of it, is there.

    Texts at an address are taken to be there.

    Args:
        run: the run.
        data: its settings, perhaps with another place of the data.

    Raises:
        UserError: if neither is there.
    """
    if not data.data_file:
        return
    # That of a shipped model was on another machine, whatever is here.
    own = data.data_file == run.read_config().data.data_file
    elsewhere = own and run.is_shipped
    if not elsewhere and os.path.exists(data.data_file):
        return
    dataset = run.read_metadata()["dataset"]
    if prepared_folder(dataset["name"], dataset["version"], data.data_dir):
        return
    if not elsewhere:
        # It may be a pattern.
        with contextlib.suppress(UserError):
            registry.check(data.dataset, data.data_file)
            return
    raise UserError(
        f"{data.data_file}, the training data of {run.folder}, is not there; "
        "give its place with `data_file`, or that of the prepared data with "
        "`data_dir`"
    )
