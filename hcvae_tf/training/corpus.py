"""Opens the corpus of a run."""

import os

from hcvae_tf.models.config import DataConfig
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.storage.training_texts import check_texts
from pipelines.load import load, load_prepared
from pipelines.streams.corpus import Corpus
from pipelines.vocabulary import BaseVocabulary


def open_corpus(
    data: DataConfig, vocabulary: BaseVocabulary | None = None
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
        subwords=data.subwords,
        vocabulary=vocabulary,
    )


def open_corpus_of_run(
    run: RunFolder, data: DataConfig, vocabulary: BaseVocabulary | None = None
) -> Corpus:
    """Opens the corpus on which a run was trained.

    If the user's file is gone, the prepared data is enough.

    Args:
        run: the run.
        data: its settings, perhaps with another place of the data.
        vocabulary: see `open_corpus`.

    Raises:
        UserError: if the data cannot be obtained, or is not that of the run.
    """
    check_texts(run, data)
    # Before the name of a file that is gone is tried as a pattern.
    corpus = None
    own = data.data_file == run.read_config().data.data_file
    if own and data.data_file and not os.path.exists(data.data_file):
        dataset = run.read_metadata()["dataset"]
        corpus = load_prepared(
            dataset["name"],
            dataset["version"],
            data_dir=data.data_dir,
            vocabulary=vocabulary,
        )
    corpus = corpus or open_corpus(data, vocabulary)
    run.check_data(corpus.record["fingerprint"])
    return corpus
