"""Flags that choose the texts which a command reads."""

import dataclasses
import math
import sys
from typing import TYPE_CHECKING, Annotated

import tyro

from hcvae_tf.models.config import DataConfig
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.storage.training_texts import check_texts
from pipelines import registry
from pipelines.checks import require_at_least_1
from pipelines.errors import UserError

if TYPE_CHECKING:
    from pipelines.streams.corpus import Corpus
    from pipelines.vocabulary import BaseVocabulary


@dataclasses.dataclass(frozen=True)
class TextSource:
    """Texts to read."""

    data_file: str | None = None
    """Your own texts (default: the data of the run)."""
    data_dir: str | None = None
    """Folder of prepared data (default: the one used in training)."""
    split: Annotated[
        str | None, tyro.conf.arg(metavar="train|validation|test|all")
    ] = None
    """Part to read (default: validation; with --data-file: all)."""
    first: int | None = None
    """Read only this many texts, from the start."""

    def __post_init__(self):
        require_at_least_1(first=self.first)

    def resolve(self, run: RunFolder) -> DataConfig:
        """Returns the settings of the data, without loading it.

        If the texts of a shipped model's training are not there, made-up ones
        stand in for them, if there are any like these. For any other run this
        is an error, because its owner can bring the file back.

        Raises:
            UserError: if the flags do not fit the run, or there are no texts.
        """
        data = run.read_config().data
        if self.data_dir:
            data = dataclasses.replace(data, data_dir=self.data_dir)
        if self.data_file:
            if data.dataset == "ptb":
                raise UserError(
                    "a model of ptb does not know where texts end; leave "
                    "`data_file` out, or train on your file with `dataset` "
                    "lines"
                )
            kind = "tweets" if data.dataset.startswith("tweets") else "lines"
            data = dataclasses.replace(
                data, dataset=kind, data_file=self.data_file, texts=None
            )
            registry.check(data.dataset, data.data_file)
            return data
        try:
            check_texts(run, data)
        except UserError:
            stand_in = registry.stand_in(data.dataset)
            if not (run.is_shipped and stand_in):
                raise
            # The folder of prepared data was that of another machine.
            return dataclasses.replace(
                data,
                dataset=stand_in,
                data_file=None,
                data_dir=self.data_dir,
            )
        return data

    @property
    def part(self) -> str:
        """Name of the split."""
        return self.split or ("all" if self.data_file else "validation")

    def open(self, run: RunFolder, vocabulary: "BaseVocabulary") -> "Corpus":
        """Opens the data, encoded with the vocabulary.

        Tells the user if it is not that of the training, see `resolve`, or if
        it is although they gave it as texts of their own.

        Raises:
            UserError: if it cannot be opened, or changed since training.
        """
        from hcvae_tf.training.corpus import open_corpus, open_corpus_of_run

        data = self.resolve(run)
        if self.data_file:
            corpus = open_corpus(data, vocabulary)
            known = corpus.record["fingerprint"] == run.fingerprint
            if known and not self.split:
                print(
                    "note: the model was trained on texts of "
                    f"{self.data_file}, so they cost it less than new ones; "
                    "--split validation reads those that were kept apart",
                    file=sys.stderr,
                )
            return corpus
        if data.dataset != run.read_config().data.dataset:
            print(
                "note: the model's training data is not there, so made-up "
                f"texts are read ({data.dataset}) and the figures are not "
                "those of the model card; --data-file reads your own texts",
                file=sys.stderr,
            )
            return open_corpus(data, vocabulary)
        return open_corpus_of_run(run, data, vocabulary)

    def windows(self, corpus: "Corpus", length: int, batch_size: int):
        """Returns batches of tokens, int32 of shape `(batch, length)`."""
        batches = corpus.evaluation(self.part, length, batch_size)
        if self.first is None:
            return batches
        return batches.unbatch().take(self.first).batch(batch_size)

    def batch_count(
        self, corpus: "Corpus", length: int, batch_size: int
    ) -> int | None:
        """Returns the number of batches; None if texts are cut into windows."""
        if corpus.unit(self.part, length) != "text":
            return None
        sizes = corpus.sizes
        texts = sum(sizes.values()) if self.part == "all" else sizes[self.part]
        if self.first is not None:
            texts = min(texts, self.first)
        return math.ceil(texts / batch_size)
