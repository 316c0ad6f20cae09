"""Experiments: a training run and what is measured of its model."""

import dataclasses

from hcvae_tf.models.config import Config
from hcvae_tf.reproduce.scale import Scale


@dataclasses.dataclass(frozen=True)
class Experiment:
    """A training run that one or more figures use.

    Attributes:
        name: of the run; equal names mean equal settings, so figures share
            runs.
        config: settings of the run.
        texts: whether texts are generated and evaluated, and the
            importance-weighted cost is estimated.
    """

    name: str
    config: Config
    texts: bool = False

    def folder_name(self, seed: int) -> str:
        """Returns the name of the run and the record of one seed."""
        return f"{self.name}-seed{seed}" if seed else self.name


Runs = dict[float, Experiment]
"""Value of the setting that varies → experiment."""
Grid = dict[str, Runs]
"""Label of a model → its runs; all models have the same values."""


def in_order(models: Grid) -> list[Experiment]:
    """Returns the runs of all models, by the setting that varies."""
    columns = zip(*(runs.values() for runs in models.values()), strict=True)
    return [run for column in columns for run in column]


def with_alpha(config: Config, alpha: float) -> Config:
    """Returns the settings of a hybrid with this weight of the auxiliary loss.

    The KL weight starts at the same floor for every alpha. At alpha 0 nothing
    else would keep z finite at first.
    """
    floor = None if alpha else 0.001
    return config.replace("objective", alpha=alpha, kl_floor=floor)


def ptb_hybrid(scale: Scale, length: int, alpha: float = 0.2) -> Experiment:
    """Returns the hybrid on Penn Treebank."""
    config = with_alpha(scale.ptb.replace("data", length=length), alpha)
    return Experiment(f"ptb-T{length}-hybrid-alpha{alpha}", config)


def tweets_hybrid(scale: Scale) -> Experiment:
    """Returns the hybrid on tweets."""
    return Experiment("tweets-hybrid-alpha0.2", scale.tweets, texts=True)
