"""The settings that a command line begins with."""

import dataclasses
from pathlib import Path

from hcvae_tf.models.config import Config, DataConfig
from hcvae_tf.models.presets import preset
from pipelines.errors import UserError
from pipelines.files import file_system


def start_settings(name: str | None, file: str | None) -> Config:
    """The settings of a preset or of a file; flags then change them.

    Args:
        name: of a preset, `"small"` by default.
        file: a JSON file that takes the preset's place.

    Raises:
        UserError: if there is no such preset or file.
    """
    if not file:
        return preset(name or "small")
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(f"cannot read the settings file {file}") from None
    return Config.from_json(text, file)


def absolute_paths(data: DataConfig) -> DataConfig:
    """The same data, to be found from any folder."""
    paths = {
        name: file_system.absolute(path)
        for name in ("data_file", "data_dir")
        if (path := getattr(data, name))
    }
    return dataclasses.replace(data, **paths)
