"""Measures the costs of a trained model on texts.

python -m hcvae_tf.evaluate RUN
"""

import dataclasses
import json
import warnings
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from hcvae_tf.command_line.arguments import FolderFlag, RunArgument
from hcvae_tf.command_line.measures_table import measures_table
from hcvae_tf.command_line.progress import progress
from hcvae_tf.command_line.text_source import TextSource
from hcvae_tf.inference.prior_option import PriorOption
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.checks import require_at_least_0
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError, UserNote

if TYPE_CHECKING:
    from hcvae_tf.inference.local_signatures import LocalSignatures

_BATCH_SIZE = 128
# Texts whose most frequent words say little.
_COUNTED_TEXTS = 100_000


@dataclasses.dataclass(frozen=True)
class Evaluate:
    """Prints the costs of a model on texts; all calls print the same."""

    run: RunArgument
    """Folder of a training run."""
    source: TextSource = TextSource()
    importance_samples: int = 0
    """Draws of z per text for the importance-weighted cost, a tighter bound;
    0 leaves it out."""
    baseline: Annotated[FolderFlag | None, tyro.conf.arg(name="yardstick")] = (
        None
    )
    """Run folder of a language model, to print its cost as a baseline."""
    samples: int = 0
    """Texts to write, and to measure how different and how fluent they are,
    2 or more; 0 leaves it out."""
    temperature: float = 1.0
    """Temperature of these texts."""
    reconstructions: int = 0
    """Texts to reconstruct greedily, to measure how many of their words are
    kept; 0 leaves it out."""
    by_place: bool = False
    """Print also what texts cost at each of their places and, beside it, what
    they cost the language model of --yardstick: where z helps."""
    latent: PriorOption = PriorOption()
    json: bool = False
    """Print one JSON object."""


def main() -> None:
    """Runs the command."""
    command = parse(Evaluate, "python -m hcvae_tf.evaluate")
    run = RunFolder.open(command.run)
    command.source.resolve(run)
    run.best_model()
    require_at_least_0(
        importance_samples=command.importance_samples,
        samples=command.samples,
        reconstructions=command.reconstructions,
    )
    if command.samples == 1:
        raise UserError("`samples` must be 0, or 2 or more, not 1")
    SamplingOptions(command.temperature)
    if command.baseline:
        RunFolder.open(command.baseline).best_model()

    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

    trained = TrainedTextVAE.load(command.run, command.latent.prior)
    if command.importance_samples or command.reconstructions:
        trained.require_latent()
    texts = _Texts(command.source, run, trained.signatures)
    # What cannot be compared is refused before minutes are spent on it.
    baseline = None
    if command.baseline:
        baseline = _language_model(command, trained.signatures, texts)
    measures = _measure(command, trained, baseline, texts)
    if command.json:
        print(json.dumps(measures))
    else:
        print(measures_table(measures, texts.unit, texts.corpus.name))


class _Texts:
    """The texts that a model is measured on."""

    def __init__(self, source, run, signatures):
        self.source = source
        self.corpus = source.open(run, signatures.vocabulary)
        self.unit = self.unit_for(signatures)

    def unit_for(self, signatures: "LocalSignatures") -> str:
        """Returns what a model reads at once, a `"text"` or a `"window"`."""
        corpus = self._in_tokens_of(signatures)
        return corpus.unit(self.source.part, signatures.length)

    def batches(self, work: str, signatures: "LocalSignatures"):
        """Yields their tokens for a model, which may have others."""
        corpus = self._in_tokens_of(signatures)
        arguments = corpus, signatures.length, _BATCH_SIZE
        batches = self.source.windows(*arguments)
        count = self.source.batch_count(*arguments)
        return progress(batches, work, "batches", count)

    def _in_tokens_of(self, signatures):
        return dataclasses.replace(
            self.corpus, vocabulary=signatures.vocabulary
        )


def _measure(command, trained, baseline, texts) -> dict[str, Any]:
    from hcvae_tf.metrics.costs import mean_costs
    from hcvae_tf.metrics.costs_by_place import WIDTH, costs_by_place
    from hcvae_tf.metrics.written_texts import written_texts

    signatures = trained.signatures
    work = f"measuring the costs on {texts.corpus.name}"
    measures = mean_costs(signatures.model, texts.batches(work, signatures))
    if command.by_place:
        work = "measuring the costs by place"
        measures["place_width"] = WIDTH
        measures["reconstruction_by_place"] = costs_by_place(
            signatures.model, texts.batches(work, signatures)
        )
    if signatures.z_size:
        measures |= _latent_measures(command, trained, texts, measures)
    if baseline:
        work = f"measuring the costs of {command.baseline}"
        batches = texts.batches(work, baseline)
        costs = mean_costs(baseline.model, batches)
        scale = measures["negative_elbo"] / measures["bits_per_char"]
        measures["yardstick"] = costs["bits_per_char"] * scale
        if command.by_place:
            measures["yardstick_by_place"] = costs_by_place(
                baseline.model, texts.batches(work, baseline)
            )
    if command.samples:
        samples = trained.sample(command.samples, command.temperature)
        measures |= written_texts(samples, texts.corpus, signatures.length)
    return measures


def _latent_measures(command, trained, texts, measures):
    from hcvae_tf.metrics.importance_weighting import (
        mean_importance_weighted_nll,
    )
    from hcvae_tf.metrics.latent_use import (
        corpus_latent_use,
        dimensions_of_share,
        kl_verdict,
    )

    signatures, count = trained.signatures, command.importance_samples
    model = signatures.model
    work = "measuring the use of z"
    found = {
        "kl_verdict": kl_verdict(measures["kl"]),
        "kl_dimensions": dimensions_of_share(measures["kl_per_dimension"]),
        **corpus_latent_use(model, texts.batches(work, signatures)),
    }
    if count:
        batches = texts.batches(f"drawing {count:,} z for each", signatures)
        found |= mean_importance_weighted_nll(model, batches, count)
    if command.reconstructions:
        work = f"reconstructing {command.reconstructions:,} texts"
        batches = texts.batches(work, signatures)
        found |= _kept_words(
            trained, batches, texts.corpus, command.reconstructions
        )
    return found


def _kept_words(trained, batches, corpus, count):
    """Measures greedy reconstructions of the first texts."""
    from hcvae_tf.metrics.kept_words import common_words, kept_words
    from hcvae_tf.metrics.written_texts import train_texts

    texts, again = [], []
    for tokens in batches:
        decoded = corpus.vocabulary.decode(tokens).numpy().tolist()
        decoded = decoded[: count - len(texts)]
        texts += [text.decode("utf-8") for text in decoded]
        # Windows may be parts of texts.
        with warnings.catch_warnings(action="ignore", category=UserNote):
            again += trained.reconstruct(decoded)
        if len(texts) == count:
            break
    common = common_words(islice(train_texts(corpus), _COUNTED_TEXTS))
    return kept_words(texts, again, common)


def _language_model(command, signatures, texts) -> "LocalSignatures":
    """Loads the language model that the costs are compared with."""
    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

    baseline = TrainedTextVAE.load(command.baseline).signatures
    if baseline.z_size:
        raise UserError(
            f"{command.baseline} is not a language model; train one with "
            "--preset small-lm on the same data"
        )
    # Its tokens may be others: costs per character can be compared.
    same_tokens = baseline.vocabulary == signatures.vocabulary
    if not same_tokens:
        _check_same_data(command)
    if same_tokens and baseline.length == signatures.length:
        return baseline
    if command.source.first is not None:
        raise UserError(
            "models with other tokens or another length read other windows: "
            "leave `first` out"
        )
    if command.by_place and "window" in (texts.unit, texts.unit_for(baseline)):
        raise UserError(
            "models with other tokens or another length cut long texts at "
            "other places: leave `by_place` out"
        )
    return baseline


def _check_same_data(command: Evaluate) -> None:
    """Raises UserError if a model with other tokens knows other texts."""
    one, other = (
        RunFolder.open(folder).fingerprint
        for folder in (command.run, command.baseline)
    )
    if one != other:
        raise UserError(
            f"{command.baseline} has another vocabulary and was trained on "
            f"other data than {command.run}; train it on the same data"
        )


if __name__ == "__main__":
    run_command(main)
