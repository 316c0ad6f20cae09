"""Flags that choose the labelled texts which a command reads."""

import dataclasses
from typing import TYPE_CHECKING

from hcvae_tf.command_line.text_source import TextSource
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.errors import UserError

if TYPE_CHECKING:
    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE


@dataclasses.dataclass(frozen=True)
class LabelledTextSource(TextSource):
    """Labelled texts to read."""

    label: str | None = None
    """Label to use, if the data has several (tweets/synthetic: topic, mood)."""

    def load(
        self, folder: str
    ) -> tuple["TrainedTextVAE", list[bytes], list[str], str]:
        """Loads a model with latent vectors, and labelled texts for it.

        Reports wrong arguments before it imports TensorFlow.

        Args:
            folder: folder of a training run.

        Returns:
            The model, the texts (the windows, if the data is a stream of
            characters), the label of each text, "" if it has none, and the
            name of the label.

        Raises:
            UserError: if the run or the texts cannot be loaded.
        """
        run = RunFolder.open(folder)
        self.resolve(run)
        run.best_model()

        from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

        trained = TrainedTextVAE.load(folder)
        trained.require_latent()
        corpus = self.open(run, trained.signatures.vocabulary)
        return trained, *self._labelled(corpus, trained)

    def _labelled(self, corpus, trained):
        from pipelines.streams.text_corpus import TextCorpus

        if not isinstance(corpus, TextCorpus):
            if self.label:
                raise UserError(
                    f"{corpus.name} has no labels; leave `label` out"
                )
            batches = self.windows(corpus, trained.signatures.length, 256)
            texts = [
                text
                for tokens in batches
                for text in trained.signatures.vocabulary.decode(tokens).numpy()
            ]
            return texts, [""] * len(texts), ""
        features = corpus.builder.info.features
        names = [
            name for name in ("topic", "mood", "label") if name in features
        ]
        if self.label and self.label not in names:
            raise UserError(
                f"{corpus.name} has no label {self.label!r}; choose `label` "
                f"from {', '.join(names)}"
            )
        chosen = self.label or names[0]
        rows = corpus.texts(self.part)
        if self.first is not None:
            rows = rows.take(self.first)
        pairs = [
            (row["text"], row[chosen].decode("utf-8", "replace"))
            for row in rows.as_numpy_iterator()
        ]
        texts, labels = ([pair[n] for pair in pairs] for n in range(2))
        return texts, labels, chosen
