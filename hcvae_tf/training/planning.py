"""Chooses model and steps of a training for the minutes of the user."""

import math
import sys

from hcvae_tf.models.config import Config
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.training.batches import batches_from
from hcvae_tf.training.compiled_model import compiled_model
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.passes import useful_steps
from hcvae_tf.training.progress import duration
from hcvae_tf.training.resolve import resolve
from hcvae_tf.training.time_budget import (
    TimeBudget,
    plan,
    seconds_beside_epochs,
    seconds_of,
    seconds_per_epoch,
    time_step,
)
from pipelines.errors import UserError
from pipelines.streams.corpus import Corpus
from pipelines.subwords import with_subwords

# Share of the minutes that an epoch may take longer.
_MOST_LATE = 0.5
# With fewer steps a model learns little more than letters.
_FEW_STEPS = 500


def planned(
    config: Config,
    corpus: Corpus,
    budget: TimeBudget,
    distribution: Distribution,
) -> tuple[Config, Corpus]:
    """Returns settings of a training that takes the time of the budget.

    It takes less if the texts are so few that more steps would be worse.

    Returns:
        The settings, and the corpus with the vocabulary of their model.
    """

    def timed(settings, corpus):
        model = compiled_model(settings, corpus.vocabulary)
        data, _ = batches_from(settings, corpus, distribution)(0)
        timing = budget.seconds_for_timing()
        found = time_step(model, data, distribution, timing)
        return found, model.count_params()

    _print("timing the training step")
    time_of, parameters = timed(config, corpus)
    useful = max(useful_steps(config, corpus), _FEW_STEPS)
    left = _seconds_left(budget, distribution)
    if larger := budget.largest(left / time_of.step, useful):
        _print("there is time for a larger model")
        with budget.paused():
            corpus = with_subwords(corpus, larger.data.subwords)
        config = resolve(larger, corpus, distribution)
        time_of, parameters = timed(config, corpus)
    left = _seconds_left(budget, distribution)
    enough = seconds_of(useful, time_of)
    config = _with_validation_of(config, corpus)
    chosen = plan(config, min(left, enough), time_of, parameters)
    training = chosen.training
    _print(
        f"{budget.minutes:g} minutes: a model of {parameters / 1e6:.2f}M "
        f"parameters, {training.steps:,} steps of "
        f"{1000 * time_of.step:.0f} ms with {training.batch_size} texts each, "
        f"in {training.epochs} epochs"
    )
    if enough < left:
        texts = corpus.texts_per_pass(config.data.length)
        _print(
            f"note: this takes about {duration(enough)}: with {texts:,.0f} "
            "training texts, more steps are worse, because they are learned "
            "by heart; more texts help, and --epochs and --steps-per-epoch "
            "train longer"
        )
    elif training.steps < _FEW_STEPS:
        _print(
            f"note: {training.steps} steps are too few for a useful model; "
            "give more --minutes"
        )
    return chosen, corpus


def _with_validation_of(config: Config, corpus: Corpus) -> Config:
    """Returns settings with no more validation batches than there are."""
    if corpus.unit("validation", config.data.length) != "text":
        return config
    training = config.training
    batches = math.ceil(corpus.sizes["validation"] / training.batch_size)
    batches = min(training.validation_batches, batches)
    return config.replace("training", validation_batches=batches)


def longer(
    config: Config,
    corpus: Corpus,
    model: TextVAE,
    budget: TimeBudget,
    distribution: Distribution,
) -> Config:
    """Returns settings with as many epochs more as the budget has time for.

    Raises:
        UserError: if there is no time for one.
    """
    training = config.training
    data, _ = batches_from(config, corpus, distribution)(model.steps_done)
    _print("timing the training step")
    timing = budget.seconds_for_timing()
    time_of = time_step(model, data, distribution, timing)
    epoch = seconds_per_epoch(
        _with_validation_of(config, corpus), time_of.step, model.count_params()
    )
    left = _seconds_left(budget, distribution)
    left = max(left - seconds_beside_epochs(time_of), 0)
    # All epochs of a run have the same length.
    more = max(1, round(left / epoch))
    late = (more * epoch - left) / 60
    if late > _MOST_LATE * budget.minutes:
        raise UserError(
            f"one more epoch of this run takes about {duration(epoch)}: "
            f"`minutes` must be {math.ceil(budget.minutes + late)} or more"
        )
    steps = more * training.steps_per_epoch
    _print(
        f"{budget.minutes:g} minutes: {more} more epochs, {steps:,} steps of "
        f"{1000 * time_of.step:.0f} ms, about {duration(more * epoch)}"
    )
    return config.replace("training", epochs=training.epochs + more)


def _seconds_left(budget: TimeBudget, distribution: Distribution) -> int:
    """Returns the seconds that the chief has left, 1 or more."""
    return distribution.gather(max(1, round(budget.seconds_left)))[0]


def _print(text):
    print(text, file=sys.stderr)
