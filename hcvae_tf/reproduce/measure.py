"""Measures of a trained model."""

import functools
from typing import Any

import numpy as np

from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.metrics.costs import mean_costs
from hcvae_tf.metrics.diversity import diversity
from hcvae_tf.metrics.fluency import CharacterNgramModel
from hcvae_tf.metrics.importance_weighting import mean_importance_weighted_nll
from hcvae_tf.metrics.latent_use import corpus_latent_use
from hcvae_tf.models.config import DataConfig
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.storage.model_file import load_model
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.corpus import open_corpus
from pipelines.streams.corpus import Corpus

_BATCH = 128
_SHOWN_TEXTS = 10
_NGRAM_TEXTS = 10_000


def measure(run: RunFolder, scale: Scale, texts: bool) -> dict[str, Any]:
    """Measures a run after its last step, on its validation split.

    It does not take the best checkpoint: the lowest negative ELBO on validation
    favours a model that does not use its latent vector yet.

    Args:
        run: a finished run.
        scale: how many texts each measure uses.
        texts: whether texts are generated and evaluated too.

    Returns:
        Groups of measures, ready for JSON: `costs`, `latent` if the model has
        a latent vector and, with `texts`, `importance` and `texts`.
    """
    data = run.read_config().data
    trained = TrainedTextVAE(
        LocalSignatures(
            load_model(run.last), run.read_vocabulary(), data.length
        )
    )
    corpus = open_corpus(data, trained.signatures.vocabulary)

    def validation():
        return corpus.evaluation(
            "validation", trained.signatures.length, _BATCH
        )

    measures = {"costs": mean_costs(trained.signatures.model, validation())}
    if trained.z_size:
        measures["latent"] = corpus_latent_use(
            trained.signatures.model, validation(), scale.latent_texts
        )
    if texts:
        few = validation().unbatch().take(scale.importance_texts)
        measures["importance"] = mean_importance_weighted_nll(
            trained.signatures.model,
            few.batch(_BATCH),
            # For a language model, one sample is exact.
            scale.importance_samples if trained.z_size else 1,
        )
        measures["texts"] = _text_measures(trained, data, corpus, scale)
    return measures


def _text_measures(
    trained: TrainedTextVAE, data: DataConfig, corpus: Corpus, scale: Scale
):
    greedy = trained.sample(scale.samples)
    drawn = trained.sample(_SHOWN_TEXTS, temperature=1.0)
    texts = {
        "greedy": greedy[:_SHOWN_TEXTS],
        "drawn": drawn,
        **diversity(greedy, scale.judged),
        "fluency": _ngram_model(data, trained.signatures.length).bits_per_char(
            greedy
        ),
    }
    if trained.z_size:
        z = np.random.default_rng(0).standard_normal((2, trained.z_size))
        texts["interpolation"] = trained.interpolate(*z)
    return texts


@functools.cache
def _ngram_model(data: DataConfig, length: int) -> CharacterNgramModel:
    """Fits a model to validation texts, on which no VAE was trained."""
    corpus = open_corpus(data)
    batches = corpus.evaluation("validation", length, _BATCH)
    windows = batches.unbatch().take(_NGRAM_TEXTS).batch(_BATCH)
    return CharacterNgramModel(
        text.decode("utf-8")
        for tokens in windows
        for text in corpus.vocabulary.decode(tokens).numpy()
    )
