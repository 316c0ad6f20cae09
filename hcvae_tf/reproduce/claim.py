"""Claims of the paper, and whether our records confirm them."""

import dataclasses
from collections.abc import Callable

from hcvae_tf.reproduce.results import Missing

_VERDICTS = {
    True: "holds",
    False: "does not hold",
    None: "not shown at this scale",
}


@dataclasses.dataclass(frozen=True)
class Claim:
    """One claim of the paper and its verdict.

    Attributes:
        text: the claim.
        where: section, figure or table of the paper.
        figures: our numbers, in words.
        verdict: holds, does not hold, or not shown at this scale.
    """

    text: str
    where: str
    figures: str
    verdict: str


def judge(
    text: str, where: str, examine: Callable[[], tuple[str, bool | None]]
) -> Claim:
    """Judges a claim by our records.

    Args:
        text: the claim.
        where: section, figure or table of the paper.
        examine: returns our numbers in words and whether the claim holds, None
            if the scale cannot show it; raises Missing without a record.
    """
    try:
        figures, holds = examine()
    except Missing as error:
        figures, holds = f"`{error}` was not run", None
    return Claim(text, where, figures, _VERDICTS[holds])
