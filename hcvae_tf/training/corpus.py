"""Opens the corpus that the settings of a run name."""

from hcvae_tf.models.config import DataConfig
from pipelines.load import load
from pipelines.streams.corpus import Corpus
from pipelines.vocabulary import Vocabulary


def open_corpus(
    data: DataConfig, vocabulary: Vocabulary | None = None
) -> Corpus:
    """Opens the corpus that the settings name; see `pipelines.load.load`.

    Args:
        data: the settings.
        vocabulary: vocabulary of a trained model, to use its ids.

    Raises:
        UserError: if the data cannot be obtained.
    """
    return load(
        data.dataset,
        data_file=data.data_file,
        data_dir=data.data_dir,
        texts=data.texts,
        vocabulary=vocabulary,
    )
