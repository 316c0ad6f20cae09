"""Settings that a search can vary, and their ranges.

This module does not import TensorFlow, so that invalid ranges are refused fast.
"""

import re
from typing import NamedTuple

from hcvae_tf.models.config import Config
from pipelines.errors import UserError


class Range(NamedTuple):
    """Ends of a range; integers go up in steps from the low end."""

    low: float
    high: float


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

    @property
    def is_width(self) -> bool:
        """Whether a larger value means more parameters."""
        return self.part == "model"


SEARCHED = {
    "alpha": Searched("objective", log=True),
    "z_size": Searched("model", 8),
    "maps": Searched("model", 8),
    "feature_size": Searched("model", 8),
    "encoder_units": Searched("model", 16),
    "decoder_units": Searched("model", 16),
    "bytenet_layers": Searched("model", 1),
    "bytenet_width": Searched("model", 16),
    "kl_end": Searched("objective", 1, log=True),
    "learning_rate": Searched("training", log=True),
}
"""By name. `maps` is that of the first convolution; the others keep their
proportion to it."""

_FIXED_BY_DEFAULT = {"feature_size", "kl_end", "learning_rate"}
_DEFAULT_ALPHA = Range(0.01, 1.0)
_FLAG = re.compile(r"--([a-z_-]+)(?:=(.*))?")
_RANGE = re.compile(r"([^:]*):([^:]*)")


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
        flag = _FLAG.fullmatch(argument)
        name = flag and flag[1].replace("-", "_")
        if name not in SEARCHED:
            rest.append(argument)
            continue
        taken = [argument]
        value = flag[2]
        if value is None:
            value = next(left, None)
            taken += [value] * (value is not None)
        ends = _RANGE.fullmatch(value or "")
        named[name] = _parse_range(name, *ends.groups()) if ends else None
        if not ends:
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
    available = _settings_in_model(settings)
    for name, given in named.items():
        if given and name not in available:
            raise UserError(
                f"--{name.replace('_', '-')} has no effect on this model; "
                f"choose from {', '.join(sorted(available))}"
            )
    chosen = {}
    for name in SEARCHED:
        if named.get(name):
            chosen[name] = named[name]
        elif name in available - named.keys() - _FIXED_BY_DEFAULT:
            chosen[name] = _default_range(name, settings)
    if not chosen:
        raise UserError(
            "nothing varies: give one or more settings a range, such as "
            "--z-size 16:64"
        )
    return chosen


def _settings_in_model(settings: Config) -> set[str]:
    model = settings.model
    names = {"learning_rate", "decoder_units"}
    if model.encoder != "none":
        names.add("z_size")
        if settings.objective.kl in ("linear", "cyclical"):
            names.add("kl_end")
    if model.encoder == "lstm":
        names.add("encoder_units")
    if model.encoder == "conv" or model.decoder != "lstm":
        names.add("maps")
    if model.decoder != "lstm":
        names.add("feature_size")
    if model.decoder == "hybrid":
        names.add("alpha")
        if model.language_model == "bytenet":
            names |= {"bytenet_layers", "bytenet_width"}
    if model.decoder != "lstm" and (
        model.decoder == "deconv" or model.language_model == "bytenet"
    ):
        names.remove("decoder_units")
    return names


def _default_range(name: str, settings: Config) -> Range:
    if name == "alpha":
        return _DEFAULT_ALPHA
    middle = getattr(settings.model, name)
    if name == "maps":
        middle = middle[0]
    return Range(max(1, middle // 2), 2 * middle)


def _parse_range(name: str, low: str, high: str) -> Range:
    searched, flag = SEARCHED[name], f"--{name.replace('_', '-')}"
    number = int if searched.step else float
    try:
        ends = Range(number(low), number(high))
    except ValueError:
        kind = "integers" if searched.step else "numbers"
        raise UserError(
            f"{flag} {low}:{high} is not a range; give two {kind} as LOW:HIGH"
        ) from None
    least = 0 if name == "alpha" else 1 if searched.step else 1e-9
    if not least <= ends.low < ends.high < float("inf"):
        raise UserError(
            f"{flag} {low}:{high} is not a range; give a LOW of {least:g} or "
            "more and a larger HIGH"
        )
    return ends
