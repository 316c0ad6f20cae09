"""Which settings a search can vary, and between what.

Nothing here needs TensorFlow, so that bad ranges are refused at once.
"""

import re
from typing import NamedTuple

from hcvae_tf.models.config import Config
from pipelines.errors import UserError


class Range(NamedTuple):
    """Whole numbers are walked in steps from the low end."""

    low: float
    high: float


class Searched(NamedTuple):
    """One setting that can vary.

    Attributes:
        part: of the settings, such as `"model"`.
        step: between whole numbers; 0 for fractions.
        log: whether all orders of magnitude are equally likely.
    """

    part: str
    step: int = 0
    log: bool = False

    @property
    def is_width(self) -> bool:
        """Whether more of it means more parameters."""
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
"""By name; `maps` stands for the first convolution, the others keep their
proportion to it."""

_ONLY_IF_ASKED = {"feature_size", "kl_end", "learning_rate"}
_ALPHA = Range(0.01, 1.0)
_FLAG = re.compile(r"--([a-z_-]+)(?:=(.*))?")
_RANGE = re.compile(r"([^:]*):([^:]*)")


def take_ranges(args: list[str]) -> tuple[list[str], dict[str, Range | None]]:
    """Takes `--z-size 16:64` and the like out of a command line.

    Args:
        args: the arguments.

    Returns:
        The other arguments, and for each setting above that they name its
        range, None if it was given one value.

    Raises:
        UserError: if a range is none.
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
        named[name] = _range(name, *ends.groups()) if ends else None
        if not ends:
            rest += taken
    return rest, named


def choose_ranges(
    settings: Config, named: dict[str, Range | None]
) -> dict[str, Range]:
    """Adds the usual ranges of the settings that no flag names.

    Widths go from half to twice that of the settings.

    Args:
        settings: what does not vary, and the middle of what does.
        named: see `take_ranges`.

    Raises:
        UserError: if nothing varies, or what varies is not in the model.
    """
    there = _in_the_model(settings)
    for name, given in named.items():
        if given and name not in there:
            raise UserError(
                f"--{name.replace('_', '-')} has no effect on this model; "
                f"what can vary: {', '.join(sorted(there))}"
            )
    chosen = {}
    for name in SEARCHED:
        if named.get(name):
            chosen[name] = named[name]
        elif name in there - named.keys() - _ONLY_IF_ASKED:
            chosen[name] = _usual(name, settings)
    if not chosen:
        raise UserError(
            "nothing varies: give one or more settings a range, such as "
            "--z-size 16:64"
        )
    return chosen


def _in_the_model(settings: Config) -> set[str]:
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


def _usual(name: str, settings: Config) -> Range:
    if name == "alpha":
        return _ALPHA
    middle = getattr(settings.model, name)
    if name == "maps":
        middle = middle[0]
    return Range(max(1, middle // 2), 2 * middle)


def _range(name: str, low: str, high: str) -> Range:
    searched, flag = SEARCHED[name], f"--{name.replace('_', '-')}"
    number = int if searched.step else float
    try:
        ends = Range(number(low), number(high))
    except ValueError:
        kind = "whole numbers" if searched.step else "numbers"
        raise UserError(
            f"{flag} {low}:{high} is no range: give two {kind}, LOW:HIGH"
        ) from None
    least = 0 if name == "alpha" else 1 if searched.step else 1e-9
    if not least <= ends.low < ends.high < float("inf"):
        raise UserError(
            f"{flag} {low}:{high} is no range: it must begin at {least:g} or "
            "above and grow"
        )
    return ends
