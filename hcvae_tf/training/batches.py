"""The batches of a training."""

from hcvae_tf.models.config import Config
from hcvae_tf.training.distribution import Distribution
from pipelines.streams.corpus import Corpus


def training_and_validation(
    config: Config, corpus: Corpus, step: int, distribution: Distribution
):
    """Returns training batches from a step on, and validation batches."""
    length, settings = config.data.length, config.training
    size = settings.batch_size

    def training(share):
        seed, grouped = settings.seed, settings.group_by_length
        return corpus.training(length, size, seed, step, grouped, share)

    def validation(share):
        data = corpus.evaluation("validation", length, size, share)
        return data.take(settings.validation_batches)

    return tuple(
        distribution.batches(stream, size) for stream in (training, validation)
    )
