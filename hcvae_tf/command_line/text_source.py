"""Which texts a command reads: those of the run, or a file's."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import tyro

from hcvae_tf.models.config import Data
from hcvae_tf.storage.run_folder import Run
from pipelines import registry
from pipelines.command_line import UserError

if TYPE_CHECKING:
    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
    from pipelines.streams.corpus import Corpus
    from pipelines.vocabulary import Vocabulary


@dataclasses.dataclass(frozen=True)
class Source:
    """Where the texts come from."""

    data_file: str | None = None
    """Texts of your own (default: the data of the run)."""
    data_dir: str | None = None
    """Where prepared data lies (default: where it lay in training)."""
    split: Annotated[
        str | None, tyro.conf.arg(metavar="train|validation|test|all")
    ] = None
    """Which part (default: validation; with --data-file: all)."""
    first: int | None = None
    """Only so many texts, from the beginning."""

    def settle(self, folder: Run) -> Data:
        """What to load, without loading it.

        Raises:
            UserError: if that is impossible.
        """
        if self.first is not None and self.first < 1:
            raise UserError(f"--first must be 1 or more, not {self.first}")
        data = folder.read_config().data
        if self.data_dir:
            data = dataclasses.replace(data, data_dir=self.data_dir)
        if self.data_file:
            if data.dataset == "ptb":
                raise UserError(
                    "a model of ptb knows no ends of texts: leave --data-file "
                    "out, or train on your file with --dataset lines"
                )
            kind = "tweets" if data.dataset.startswith("tweets") else "lines"
            data = dataclasses.replace(
                data, dataset=kind, data_file=self.data_file, texts=None
            )
        registry.check(data.dataset, data.data_file, data.texts)
        return data

    @property
    def part(self) -> str:
        """Name of the split."""
        return self.split or ("all" if self.data_file else "validation")

    def open(self, folder: Run, vocabulary: "Vocabulary") -> "Corpus":
        """Loads the data with the ids of a vocabulary.

        Raises:
            UserError: if it cannot be had, or changed since training.
        """
        from hcvae_tf.training.corpus import open_corpus

        corpus = open_corpus(self.settle(folder), vocabulary)
        if not self.data_file:
            folder.check_data(corpus.record["fingerprint"])
        return corpus

    def windows(self, corpus: "Corpus", length: int, batch_size: int):
        """Batches of ids, int32 of shape `(batch, length)`."""
        batches = corpus.evaluation(self.part, length, batch_size)
        if self.first is None:
            return batches
        return batches.unbatch().take(self.first).batch(batch_size)

    def load(
        self, run: str, label: str | None
    ) -> tuple["TrainedTextVAE", list[bytes], list[str]]:
        """Loads a model with latent vectors, and labelled texts for it.

        Mistakes in the arguments show before TensorFlow is imported.

        Args:
            run: folder of a training run.
            label: name of the feature that is the label; the first there is
                by default.

        Returns:
            The model, the texts (of a stream of characters, its windows), and
            a label for each, "" if there are none.

        Raises:
            UserError: if one of them cannot be had.
        """
        folder = Run.open(run)
        self.settle(folder)
        folder.trained()

        from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

        trained = TrainedTextVAE.load(run)
        trained.require_latent()
        corpus = self.open(folder, trained.endpoints.vocabulary)
        return trained, *self._labelled(corpus, trained, label)

    def _labelled(self, corpus, trained, label):
        from pipelines.streams.text_corpus import TextCorpus

        if not isinstance(corpus, TextCorpus):
            if label:
                raise UserError(f"{corpus.name} has no labels")
            batches = self.windows(corpus, trained.endpoints.length, 256)
            texts = [
                text
                for tokens in batches
                for text in trained.endpoints.vocabulary.decode(tokens).numpy()
            ]
            return texts, [""] * len(texts)
        kinds = corpus.builder.info.features
        labels = [name for name in ("topic", "mood", "label") if name in kinds]
        if label and label not in labels:
            raise UserError(
                f"{corpus.name} has no {label!r}; --label can be one of "
                f"{', '.join(labels)}"
            )
        chosen = label or labels[0]
        rows = corpus.texts(self.part)
        if self.first is not None:
            rows = rows.take(self.first)
        pairs = [
            (row["text"], row[chosen].decode("utf-8", "replace"))
            for row in rows.as_numpy_iterator()
        ]
        return [text for text, _ in pairs], [label for _, label in pairs]
