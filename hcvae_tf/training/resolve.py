"""Replaces settings that depend on data, machine or length by values."""

from hcvae_tf.models.config import Config
from hcvae_tf.training.distribution import Distribution
from hcvae_tf.training.precision import resolve_precision
from pipelines.streams.corpus import Corpus


def resolve(
    config: Config, corpus: Corpus, distribution: Distribution
) -> Config:
    """Returns settings with which a resumed run is the same on any machine.

    Args:
        config: the settings, as the user gave them.
        corpus: the corpus, with the vocabulary of the model.
        distribution: the processes; all have the precision that is faster on
            the chief's machine.

    Raises:
        UserError: if a process has other settings or other data.
    """
    data = config.data
    # The only name that stands for one of several datasets.
    ambiguous = data.dataset == "tweets" and not data.data_file
    config = config.replace(
        "data",
        length=data.length or corpus.default_length,
        vocabulary_size=data.subwords,
        dataset=corpus.name if ambiguous else data.dataset,
    ).replace("training", precision=_precision(config, distribution))
    distribution.check_equal(
        config, corpus.record["fingerprint"], corpus.vocabulary.to_json()
    )
    return config


def _precision(config: Config, distribution: Distribution) -> str:
    precisions = "float32", "bfloat16"
    own = precisions.index(resolve_precision(config))
    return precisions[distribution.gather(own)[0]]
