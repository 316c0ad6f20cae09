"""The search space as KerasTuner takes it, over the settings of `fit`."""

from typing import Any

import keras_tuner

from hcvae_tf.models.config import Config
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.compiled_model import compiled_model
from pipelines.errors import UserError
from pipelines.vocabulary import Vocabulary
from tuner.plan import Plan
from tuner.ranges import SEARCHED, Range

PLAN = "tuner/plan"
"""Name of the value by which processes know that they search the same."""


class TextVAESearchSpace(keras_tuner.HyperModel):
    """Models whose settings vary within ranges.

    Any KerasTuner tuner takes it; `tuner.search` is the ready-made one.

    Args:
        plan: what varies and what does not; `plan.settings.data.length` must
            be a number.
        vocabulary: of the texts.
    """

    def __init__(self, plan: Plan, vocabulary: Vocabulary):
        super().__init__()
        self.plan = plan
        self.vocabulary = vocabulary

    def config(self, hp: keras_tuner.HyperParameters) -> Config:
        """The settings of a trial.

        Args:
            hp: gives each value, and learns the ranges.
        """
        hp.Fixed(PLAN, self.plan.code)
        ranges = self.plan.ranges.items()
        return self.plan.at({name: _draw(hp, name, r) for name, r in ranges})

    def build(self, hp: keras_tuner.HyperParameters) -> TextVAE:
        """The compiled model of a trial."""
        return compiled_model(self.config(hp), self.vocabulary)

    def check(self) -> None:
        """Raises UserError if not even the smallest model is allowed."""
        ranges = self.plan.ranges.items()
        size = self._parameters({name: ends.low for name, ends in ranges})
        most = self.plan.max_params
        if most and size > most:
            raise UserError(
                f"the smallest model of this search has {size:,} parameters; "
                "raise `max_params`, or lower the ranges or sizes"
            )

    def within_budget(self, values: dict[str, Any]) -> dict[str, Any]:
        """Shrinks all widths alike until the parameters are few enough.

        Args:
            values: a point of the space, and what KerasTuner adds to it.
        """
        most = self.plan.max_params
        if not most or self._parameters(values) <= most:
            return values
        fits, too_large = 0.0, 1.0
        for _ in range(5):
            share = (fits + too_large) / 2
            if self._parameters(self._scaled(values, share)) <= most:
                fits = share
            else:
                too_large = share
        return self._scaled(values, fits)

    def _parameters(self, values):
        model = compiled_model(self.plan.at(values), self.vocabulary)
        return model.count_params()

    def _scaled(self, values, share):
        """The widths at a share of the way from the low ends."""
        scaled = dict(values)
        for name, ends in self.plan.ranges.items():
            if SEARCHED[name].is_width:
                step = _step(name, ends)
                steps = int((values[name] - ends.low) * share) // step
                scaled[name] = ends.low + steps * step
        return scaled


def _draw(hp, name: str, ends: Range):
    searched = SEARCHED[name]
    sampling = "log" if searched.log and ends.low > 0 else "linear"
    if not searched.step:
        return hp.Float(name, *ends, sampling=sampling)
    # On a logarithmic scale KerasTuner's steps are factors.
    step = _step(name, ends) if sampling == "linear" else None
    return hp.Int(name, *ends, step=step, sampling=sampling)


def _step(name: str, ends: Range) -> int:
    """Of a narrow range every whole number."""
    step = SEARCHED[name].step
    return step if ends.high - ends.low >= step else 1
