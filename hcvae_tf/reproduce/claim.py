"""Claims of the paper, and whether our records confirm them."""

from collections.abc import Callable
from typing import NamedTuple

from hcvae_tf.reproduce.results import Missing

_VERDICTS = {
    True: "holds",
    False: "does not hold",
    None: "not shown at this scale",
}


class Claim(NamedTuple):
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


class Judge:
    """Judges the claims of a target by our records.

    Args:
        where: section, figure or table of the paper.

    Attributes:
        claims: the judged claims.
    """

    def __init__(self, where: str):
        self.where = where
        self.claims: list[Claim] = []

    def __call__(self, text: str, where: str = "") -> Callable:
        """Returns a decorator that judges a claim.

        The decorated function returns our numbers in words and whether the
        claim holds, None if the scale cannot show it; it raises Missing
        without a record.

        Args:
            text: the claim.
            where: its place in the paper, if not that of the other claims.
        """

        def judge(examine):
            try:
                figures, holds = examine()
            except Missing as error:
                figures, holds = f"`{error}` was not run", None
            verdict = _VERDICTS[holds]
            self.claims.append(
                Claim(text, where or self.where, figures, verdict)
            )

        return judge
