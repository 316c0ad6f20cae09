"""Settings from a preset or a file, before flags change them."""

import dataclasses
from pathlib import Path

from hcvae_tf.models.config import Config
from hcvae_tf.models.presets import preset
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.command_line import first_flags
from pipelines.errors import UserError
from pipelines.files import file_system

# To train a trained model further; that of a new one would undo what it knows.
_LEARNING_RATE = 5e-4


def start_settings(name: str | None, file: str | None) -> Config:
    """Returns the settings of a preset or of a file.

    Args:
        name: name of a preset, `"small"` by default.
        file: a JSON file to use instead of a preset.

    Raises:
        UserError: if the preset or the file does not exist.
    """
    if not file:
        return preset(name or "small")
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UserError(
            f"cannot read the settings file {file}; give a UTF-8 file that "
            "exists"
        ) from None
    return Config.from_json(text, file)


def for_units(settings: Config, args: list[str]) -> Config:
    """Returns the settings as a start for the flags of a command.

    Args:
        settings: those of a preset, a file or a run.
        args: all arguments of the command. If they ask for other tokens, the
            vocabulary size and the length are left out.
    """
    units = first_flags(args, "units").units
    if units in (None, settings.data.units):
        return settings
    return settings.replace("data", vocabulary_size=None, length=None)


def settings_from(run: RunFolder) -> Config:
    """Returns settings to train a trained model further, on other texts.

    The KL weight is 1 from the start, and alpha is what it was at the end,
    because the model has learned already what a nat is worth. The learning rate
    is lower than that of a new model.
    """
    trained = run.read_config()
    fresh = preset("small")
    return dataclasses.replace(
        trained,
        data=dataclasses.replace(
            fresh.data,
            units=trained.data.units,
            vocabulary_size=trained.data.vocabulary_size,
            length=trained.data.length,
        ),
        training=dataclasses.replace(
            fresh.training,
            learning_rate=_LEARNING_RATE,
            source=str(run.folder),
        ),
    ).replace(
        "objective",
        kl="constant",
        alpha=trained.objective.alpha * trained.objective.alpha_final,
        alpha_final=1.0,
    )


def absolute_paths(settings: Config) -> Config:
    """Returns the settings with absolute paths, valid in any folder."""

    def absolute(part, *names):
        paths = {
            name: file_system.absolute(path)
            for name in names
            if (path := getattr(part, name))
        }
        return dataclasses.replace(part, **paths)

    return dataclasses.replace(
        settings,
        data=absolute(settings.data, "data_file", "data_dir"),
        training=absolute(settings.training, "source"),
    )
