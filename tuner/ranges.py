"""Settings that a search can vary, and their ranges.

This module does not import TensorFlow, so that invalid ranges are refused fast.
"""

import itertools
from typing import NamedTuple

from hcvae_tf.models.config import Config
from pipelines.errors import UserError


class Range(NamedTuple):
    """Ends of a range; integers go up in steps from the low end."""

    low: int | float
    high: int | float


class Searched(NamedTuple):
    """How a setting can vary.

    Attributes:
        part: the part of the settings that it is in, such as `"model"`.
        step: step between integers; 0 for real numbers.
        log: whether all orders of magnitude are equally likely.
    """

    part: str
    step: int = 0
    log: bool = False


SEARCHED = {
    "alpha": Searched("objective", log=True),
    "z_size": Searched("model", 8),
    "maps": Searched("model", 8),
    "feature_size": Searched("model", 8),
    "encoder_units": Searched("model", 16),
    "decoder_units": Searched("model", 16),
    "bytenet_layers": Searched("model", 1),
    "bytenet_width": Searched("model", 16),
    "vocabulary_size": Searched("data", 500),
    "kl_end": Searched("objective", 1, log=True),
    "learning_rate": Searched("training", log=True),
}
"""By name. `maps` is that of the first convolution; the others keep their
proportion to it."""

_FIXED_BY_DEFAULT = {
    *("feature_size", "vocabulary_size", "kl_end", "learning_rate")
}


def take_ranges(args: list[str]) -> tuple[list[str], dict[str, Range | None]]:
    """Takes ranges such as `--z-size 16:64` out of a command line.

    Args:
        args: the arguments.

    Returns:
        The other arguments, and the range of each `SEARCHED` setting that has
        a flag, None if the flag gives one value.

    Raises:
        UserError: if a range is invalid.
    """
    rest, named, left = [], {}, iter(args)
    for argument in left:
        flag, equals, value = argument.partition("=")
        name = flag.removeprefix("--").replace("-", "_")
        if name not in SEARCHED or not flag.startswith("--"):
            rest.append(argument)
            continue
        taken = [argument]
        if not equals:
            taken += itertools.islice(left, 1)
        low, colon, high = (value or taken[-1]).partition(":")
        if colon and ":" not in high:
            named[name] = _parse_range(name, low, high)
        else:
            named[name] = None
            rest += taken
    return rest, named


def choose_ranges(
    settings: Config, named: dict[str, Range | None]
) -> dict[str, Range]:
    """Adds the default ranges of the settings that no flag names.

    Widths vary from half to twice that of the settings.

    Args:
        settings: the settings that do not vary, and the middle of the default
            ranges.
        named: see `take_ranges`.

    Raises:
        UserError: if nothing varies, or the model does not have a setting that
            should vary.
    """
    available = _settings_in_use(settings)
    for name, given in named.items():
        if given and name not in available:
            raise UserError(
                f"{_flag(name)} has no effect on this model; "
                f"choose from {', '.join(sorted(available))}"
            )
    defaults = available - named.keys() - _FIXED_BY_DEFAULT
    chosen = {
        name: named.get(name) or _default_range(name, settings)
        for name in SEARCHED
        if named.get(name) or name in defaults
    }
    if not chosen:
        raise UserError(
            "nothing varies: give one or more settings a range, such as "
            "--z-size 16:64"
        )
    return chosen


def _settings_in_use(settings: Config) -> set[str]:
    model = settings.model
    latent = model.encoder != "none"
    features, hybrid = model.decoder != "lstm", model.decoder == "hybrid"
    bytenet = hybrid and model.language_model == "bytenet"
    has = {
        "alpha": hybrid,
        "z_size": latent,
        "maps": features or model.encoder == "conv",
        "feature_size": features,
        "encoder_units": model.encoder == "lstm",
        "decoder_units": model.decoder != "deconv" and not bytenet,
        "bytenet_layers": bytenet,
        "bytenet_width": bytenet,
        "vocabulary_size": settings.data.units == "subwords",
        "kl_end": latent and settings.objective.kl in ("linear", "cyclical"),
        "learning_rate": True,
    }
    return {name for name, present in has.items() if present}


def _default_range(name: str, settings: Config) -> Range:
    if name == "alpha":
        return Range(0.01, 1.0)
    middle = getattr(settings.model, name)
    if name == "maps":
        middle = middle[0]
    return Range(max(1, middle // 2), 2 * middle)


def _parse_range(name: str, low: str, high: str) -> Range:
    number = int if SEARCHED[name].step else float
    try:
        ends = Range(number(low), number(high))
    except ValueError:
        kind = "integers" if number is int else "numbers"
        raise UserError(
            f"{_flag(name)} {low}:{high} is not a range; give two {kind} as "
            "LOW:HIGH"
        ) from None
    check_range(name, ends)
    return ends


def check_range(name: str, ends: Range) -> None:
    """Raises UserError if a setting cannot vary in this range."""
    if name not in SEARCHED:
        raise UserError(
            f"{name} cannot vary; choose from {', '.join(sorted(SEARCHED))}"
        )
    integers = SEARCHED[name].step > 0
    least = 0 if name == "alpha" else 1 if integers else 1e-9
    if not least <= ends.low < ends.high < float("inf") or (
        integers and not all(type(end) is int for end in ends)
    ):
        raise UserError(
            f"{_flag(name)} {ends.low}:{ends.high} is not a range; give a LOW "
            f"of {least:g} or more and a larger HIGH"
        )


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
