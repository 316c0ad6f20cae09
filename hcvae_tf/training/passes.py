"""How often a training reads its texts."""

import math

from hcvae_tf.models.config import Config
from pipelines.streams.corpus import Corpus
from pipelines.streams.text_corpus import TextCorpus

# More passes made the model of 3,000 texts worse.
_USEFUL = 6


def passes(config: Config, corpus: Corpus) -> float:
    """Returns how often a training reads each of its texts."""
    training = config.training
    texts = corpus.texts_per_pass(config.data.length)
    return training.steps * training.batch_size / texts


def useful_steps(config: Config, corpus: Corpus) -> float:
    """Returns how many steps make a model better; more can make it worse."""
    # The windows of a long text are others in each pass.
    if not isinstance(corpus, TextCorpus):
        return math.inf
    texts = corpus.texts_per_pass(config.data.length)
    return _USEFUL * texts / config.training.batch_size
