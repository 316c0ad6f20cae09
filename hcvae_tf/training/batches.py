"""The batches of a training."""

import functools
from collections.abc import Callable

from hcvae_tf.models.config import Config
from hcvae_tf.training.distribution import Distribution
from pipelines.streams.corpus import Corpus


def batches_from(
    config: Config, corpus: Corpus, distribution: Distribution
) -> Callable[[int], tuple]:
    """Returns a function of the number of training steps that are done.

    It returns the training batches from there on, and validation batches. What
    it has built, which takes a second, it returns again.

    Raises:
        UserError: when it is called, if there is too little data.
    """
    length, settings = config.data.length, config.training
    size = settings.batch_size

    @functools.cache
    def batches(step):
        def training(share):
            seed, grouped = settings.seed, settings.group_by_length
            return corpus.training(length, size, seed, step, grouped, share)

        def validation(share):
            data = corpus.evaluation("validation", length, size, share)
            return data.take(settings.validation_batches)

        return tuple(
            distribution.batches(stream, size)
            for stream in (training, validation)
        )

    return batches
