"""Measures of a trained model."""

from typing import Any

import numpy as np

from hcvae_tf.inference.local_signatures import LocalSignatures
from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
from hcvae_tf.metrics.character_ngram import CharacterNgramModel
from hcvae_tf.metrics.costs import mean_costs
from hcvae_tf.metrics.diversity import diversity
from hcvae_tf.metrics.importance_weighting import mean_importance_weighted_nll
from hcvae_tf.metrics.latent_use import corpus_latent_use
from hcvae_tf.metrics.written_texts import validation_texts
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.storage.model_file import load_checkpoint
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.corpus import open_corpus_of_run

_BATCH = 128
_SHOWN_TEXTS = 10


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
    data, model = run.read_config().data, load_checkpoint(run, run.last)
    vocabulary = run.read_vocabulary()
    corpus = open_corpus_of_run(run, data, vocabulary)
    trained = TrainedTextVAE(LocalSignatures(model, vocabulary, data.length))

    def validation():
        return corpus.evaluation("validation", data.length, _BATCH)

    measures = {"costs": mean_costs(model, validation())}
    if trained.z_size:
        latent = corpus_latent_use(model, validation(), scale.latent_texts)
        measures["latent"] = latent
    if texts:
        few = validation().unbatch().take(scale.importance_texts)
        # For a language model, one sample is exact.
        samples = scale.importance_samples if trained.z_size else 1
        measures["importance"] = mean_importance_weighted_nll(
            model, few.batch(_BATCH), samples
        )
        held_out = validation_texts(corpus, data.length)
        measures["texts"] = _text_measures(trained, held_out, scale)
    return measures


def _text_measures(
    trained: TrainedTextVAE, held_out: list[str], scale: Scale
) -> dict[str, Any]:
    greedy = trained.sample(scale.samples)
    drawn = trained.sample(_SHOWN_TEXTS, temperature=1.0)
    texts = {
        "greedy": greedy[:_SHOWN_TEXTS],
        "drawn": drawn,
        **diversity(greedy, scale.judged),
        "fluency": CharacterNgramModel(held_out).bits_per_char(greedy),
    }
    if trained.z_size:
        z = np.random.default_rng(0).standard_normal((2, trained.z_size))
        texts["interpolation"] = trained.interpolate(*z)
    return texts
