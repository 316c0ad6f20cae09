"""Search space of a plan, as a `HyperModel` of KerasTuner."""

from collections.abc import Callable
from typing import Any

import keras_tuner

from hcvae_tf.models.config import Config
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.checks import LEAST_SUBWORDS
from pipelines.errors import UserError
from pipelines.vocabulary import BaseVocabulary, SubwordVocabulary
from tuner.plan import Plan
from tuner.ranges import SEARCHED, Range

PLAN = "tuner/plan"
"""Name of the value by which processes check that their plans are equal."""


class TextVAESearchSpace(keras_tuner.HyperModel):
    """Models whose settings vary within ranges.

    It works with any tuner of KerasTuner; `tuner.search` uses it with its own.

    Args:
        plan: the plan of the search; `plan.settings.data.length` must be a
            number.
        vocabulary: vocabulary of the texts; or, if its size varies, a
            function that returns the one of a size.
    """

    def __init__(
        self,
        plan: Plan,
        vocabulary: BaseVocabulary | Callable[[int], BaseVocabulary],
    ):
        super().__init__()
        self.plan = plan
        self.vocabulary = vocabulary

    def compiled(self, config: Config) -> TextVAE:
        """Returns the compiled model of settings."""
        vocabulary = self.vocabulary
        if not isinstance(vocabulary, BaseVocabulary):
            vocabulary = vocabulary(config.data.subwords)
        return compiled_model(config, vocabulary)

    def config(self, hp: keras_tuner.HyperParameters) -> Config:
        """Returns the settings of a trial.

        Args:
            hp: yields each value, and registers its range.
        """
        hp.Fixed(PLAN, self.plan.code)
        ranges = self.plan.ranges.items()
        return self.plan.at({name: _draw(hp, name, r) for name, r in ranges})

    def build(self, hp: keras_tuner.HyperParameters) -> TextVAE:
        """Returns the compiled model of a trial."""
        return self.compiled(self.config(hp))

    def check(self) -> None:
        """Raises UserError if even the smallest model is too large."""
        ranges = self.plan.ranges.items()
        size = self._parameter_count({name: ends.low for name, ends in ranges})
        if size > (self.plan.max_params or size):
            raise UserError(
                f"the smallest model of this search has {size:,} parameters; "
                "raise `max_params`, or lower the ranges or sizes"
            )

    def within_budget(self, values: dict[str, Any]) -> dict[str, Any]:
        """Shrinks all widths by the same share until the model fits.

        Args:
            values: a point of the space, with KerasTuner's own values.
        """
        most = self.plan.max_params
        if not most or self._parameter_count(values) <= most:
            return values
        share = 0.0
        for halvings in range(1, 6):
            larger = share + 2**-halvings
            if self._parameter_count(self._scaled(values, larger)) <= most:
                share = larger
        return self._scaled(values, share)

    def _parameter_count(self, values):
        config = self.plan.at(values)
        vocabulary = self.vocabulary
        if not isinstance(vocabulary, BaseVocabulary):
            # Learning it would take seconds, and its size is all that counts.
            vocabulary = _any_subwords(config.data.subwords)
        return compiled_model(config, vocabulary).count_params()

    def _scaled(self, values, share):
        """Scales widths to a share of their way from the low ends."""
        scaled = dict(values)
        for name, ends in self.plan.ranges.items():
            # Larger values of these settings alone mean more parameters.
            if SEARCHED[name].part in ("model", "data"):
                step = _step(name, ends)
                steps = int((values[name] - ends.low) * share) // step
                scaled[name] = ends.low + steps * step
        return scaled


def _any_subwords(size: int) -> SubwordVocabulary:
    """Returns a vocabulary of a size."""
    # The smallest one has one piece.
    count = size - LEAST_SUBWORDS + 1
    return SubwordVocabulary({f"{number:06}": -1 for number in range(count)})


def _draw(hp, name: str, ends: Range):
    searched = SEARCHED[name]
    sampling = "log" if searched.log and ends.low > 0 else "linear"
    if not searched.step:
        return hp.Float(name, *ends, sampling=sampling)
    # On a logarithmic scale KerasTuner's steps are factors.
    step = _step(name, ends) if sampling == "linear" else None
    return hp.Int(name, *ends, step=step, sampling=sampling)


def _step(name: str, ends: Range) -> int:
    """Returns the step between integers, 1 in a narrow range."""
    step = SEARCHED[name].step
    return step if ends.high - ends.low >= step else 1
