"""The batches of a training."""

from hcvae_tf.models.config import Config
from hcvae_tf.training.distribution import Distribution
from pipelines.streams.corpus import Corpus


def training_and_validation(
    config: Config, corpus: Corpus, step: int, distribution: Distribution
):
    """Returns training batches from a step on, and validation batches."""
    length, training = config.data.length, config.training
    size = training.batch_size
    validation = corpus.evaluation("validation", length, size)
    return tuple(
        distribution.batches(data, size)
        for data in (
            corpus.training(
                length, size, training.seed, step, training.group_by_length
            ),
            validation.take(training.validation_batches),
        )
    )
