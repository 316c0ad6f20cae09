"""From the settings of a run to its corpus."""

from hcvae_tf.models.config import DataConfig
from pipelines.load import load
from pipelines.streams.corpus import Corpus
from pipelines.vocabulary import Vocabulary


def open_corpus(
    data: DataConfig, vocabulary: Vocabulary | None = None
) -> Corpus:
    """Opens the data that the settings name; see `pipelines.load.load`.

    Args:
        data: the settings.
        vocabulary: of a trained model, if its ids are to be used.

    Raises:
        UserError: if the data cannot be had.
    """
    return load(
        data.dataset,
        data_file=data.data_file,
        data_dir=data.data_dir,
        texts=data.texts,
        vocabulary=vocabulary,
    )
