"""What the paper says, and whether the records say so too."""

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
    """One statement of the paper and its verdict.

    Attributes:
        text: the statement.
        where: section, figure or table of the paper.
        figures: ours, in words.
        verdict: holds, does not hold, or not shown at this scale.
    """

    text: str
    where: str
    figures: str
    verdict: str


def judge(
    text: str, where: str, examine: Callable[[], tuple[str, bool | None]]
) -> Claim:
    """Examines a claim.

    Args:
        text: the statement.
        where: its place in the paper.
        examine: gives our figures in words and whether the claim holds, None
            if the scale cannot tell; raises Missing if a record is missing.
    """
    try:
        figures, holds = examine()
    except Missing as error:
        figures, holds = f"`{error}` was not run", None
    return Claim(text, where, figures, _VERDICTS[holds])
