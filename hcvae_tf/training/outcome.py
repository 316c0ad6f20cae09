"""Measures a finished training."""

import numpy as np

from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.metrics.character_ngram import CharacterNgramModel
from hcvae_tf.models.config import Config
from hcvae_tf.models.losses import gaussian_kl
from hcvae_tf.models.text_vae import TextVAE
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.passes import useful_steps
from hcvae_tf.training.summary import Outcome
from pipelines.streams.corpus import Corpus
from pipelines.vocabulary import END, UNK, BaseVocabulary

# So many cost seconds, not minutes.
_MOST_TEXTS = 50_000
_BATCH = 256
# Characters that stand for what is no byte.
_UNKNOWN, _END = "\u0100", "\u0101"


def measure(
    run: RunFolder, config: Config, corpus: Corpus, model: TextVAE
) -> Outcome | None:
    """Measures a finished run.

    Args:
        run: the run.
        config: its settings.
        corpus: its data.
        model: the model after the last step.

    Returns:
        None if the log has no row of the epoch whose model is kept.
    """
    guard = model.guard
    rows, best = run.read_log(), run.read_best_score()
    kept = int(best["epoch"]) if best else len(rows)
    row = next((row for row in rows if row["epoch"] == kept), None)
    if row is None:
        return None
    validation = _tokens(corpus, config, "validation")
    training = _tokens(corpus, config, "train")
    vocabulary = corpus.vocabulary
    ngrams = CharacterNgramModel(_strings(training, vocabulary))
    return Outcome(
        row=row,
        last_epoch=int(rows[-1]["epoch"]),
        ngram_bits=ngrams.bits_per_char(_strings(validation, vocabulary)),
        ngram_texts=len(training),
        kl_per_dimension=_kl_per_dimension(run, validation),
        left_out=0 if guard is None else int(guard.left_out.numpy()),
        useful_steps=useful_steps(config, corpus),
    )


def _tokens(corpus, config, split):
    """Returns rows of tokens: of validation those that training measures."""
    training = config.training
    rows = _MOST_TEXTS
    if split == "validation":
        rows = training.validation_batches * training.batch_size
    batches = corpus.evaluation(split, config.data.length, _BATCH)
    batches = batches.take(-(-rows // _BATCH)).as_numpy_iterator()
    return np.concatenate(list(batches))[:rows]


def _strings(tokens: np.ndarray, vocabulary: BaseVocabulary) -> list[str]:
    """Returns texts as strings with one character per byte.

    Windows without an end belong to the same text as the next one.
    """
    symbols = [text.decode("latin-1") for text in vocabulary.token_texts]
    symbols[UNK], symbols[END] = _UNKNOWN, _END
    texts = "".join(symbols[token] for token in tokens.ravel()).split(_END)
    return texts[:-1] if texts[-1] == "" else texts


def _kl_per_dimension(run, tokens):
    model = TrainedTextVAE.load(run.folder).signatures.model
    if not model.z_size:
        return []
    parts = [
        gaussian_kl(*model.encode(tokens[first : first + _BATCH])).numpy()
        for first in range(0, len(tokens), _BATCH)
    ]
    return np.concatenate(parts).mean(axis=0).tolist()
