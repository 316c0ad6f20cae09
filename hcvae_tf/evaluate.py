"""Measures the costs of a trained model on texts.

python -m hcvae_tf.evaluate RUN
"""

import dataclasses
import json
from typing import Annotated, Any

import tyro

from hcvae_tf.command_line.arguments import FolderFlag, RunArgument
from hcvae_tf.command_line.prior_option import PriorOption
from hcvae_tf.command_line.progress import progress
from hcvae_tf.command_line.text_source import TextSource
from hcvae_tf.inference.sampling_options import SamplingOptions
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.checks import require_at_least_0
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError

_BATCH_SIZE = 128
_SHOWN_DIMENSIONS = 8


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
        importance_samples=command.importance_samples, samples=command.samples
    )
    if command.samples == 1:
        raise UserError("`samples` must be 0, or 2 or more, not 1")
    options = SamplingOptions(command.temperature)
    if command.baseline:
        RunFolder.open(command.baseline).best_model()

    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
    from hcvae_tf.metrics.costs import mean_costs
    from hcvae_tf.metrics.importance_weighting import (
        mean_importance_weighted_nll,
    )
    from hcvae_tf.metrics.latent_use import (
        corpus_latent_use,
        dimensions_of_share,
        kl_verdict,
    )
    from hcvae_tf.metrics.written_texts import written_texts

    signatures = TrainedTextVAE.load(
        command.run, command.latent.prior
    ).signatures
    corpus = command.source.open(run, signatures.vocabulary)

    def shown(work, corpus=corpus, length=signatures.length):
        batches = command.source.windows(corpus, length, _BATCH_SIZE)
        count = command.source.batch_count(corpus, length, _BATCH_SIZE)
        return progress(batches, work, "batches", count)

    measures = mean_costs(
        signatures.model, shown(f"measuring the costs on {corpus.name}")
    )
    if signatures.z_size:
        kls = measures["kl_per_dimension"]
        measures |= {
            "kl_verdict": kl_verdict(measures["kl"]),
            "kl_dimensions": dimensions_of_share(kls),
        }
        measures |= corpus_latent_use(
            signatures.model, shown("measuring the use of z")
        )
        if command.importance_samples:
            measures |= mean_importance_weighted_nll(
                signatures.model,
                shown(f"drawing {command.importance_samples:,} z for each"),
                command.importance_samples,
            )
    if command.baseline:
        baseline = TrainedTextVAE.load(command.baseline).signatures
        if baseline.z_size:
            raise UserError(
                f"{command.baseline} is not a language model; train one with "
                "--preset small-lm on the same data"
            )
        # Its tokens may be others: costs per character can be compared.
        theirs = corpus
        if baseline.vocabulary != signatures.vocabulary:
            _check_same_data(command)
            theirs = dataclasses.replace(corpus, vocabulary=baseline.vocabulary)
        costs = mean_costs(
            baseline.model,
            shown(
                f"measuring the costs of {command.baseline}",
                theirs,
                baseline.length,
            ),
        )
        scale = measures["negative_elbo"] / measures["bits_per_char"]
        measures["yardstick"] = costs["bits_per_char"] * scale
    if command.samples:
        texts = TrainedTextVAE(signatures).sample(
            command.samples, options.temperature
        )
        measures |= written_texts(texts, corpus, signatures.length)
    if command.json:
        print(json.dumps(measures))
    else:
        unit = corpus.unit(command.source.part, signatures.length)
        print(_table(measures, unit, corpus.name))


def _check_same_data(command: Evaluate) -> None:
    """Raises UserError if a model with other tokens cannot be compared."""
    one, other = (
        RunFolder.open(folder).read_metadata()["dataset"]["fingerprint"]
        for folder in (command.run, command.baseline)
    )
    if one != other:
        raise UserError(
            f"{command.baseline} has another vocabulary and was trained on "
            f"other data than {command.run}; train it on the same data"
        )
    if command.source.first is not None:
        raise UserError(
            "models with other tokens read other windows: leave `first` out"
        )


def _table(measures: dict[str, Any], unit: str, name: str) -> str:
    characters = measures["characters"] / measures["texts"]
    scale = measures["bits_per_char"] / measures["negative_elbo"]
    rows = [f"{'':24}{f'nats per {unit}':>14}{'bits per character':>20}"]
    for name, label in {
        "negative_elbo": "negative ELBO",
        "reconstruction": "reconstruction",
        "kl": "kl",
        "auxiliary": "auxiliary",
        "importance_weighted_nll": "importance-weighted NLL",
        "yardstick": "language model",
    }.items():
        if name in measures:
            nats = measures[name]
            rows.append(f"{label:24}{nats:14.2f}{nats * scale:20.3f}")
    rows.append(f"perplexity per character {measures['perplexity']:.2f}")
    kls = measures["kl_per_dimension"]
    if kls:
        rows += [
            f"use of z: {measures['kl_verdict']} (KL {measures['kl']:.1f} "
            "nats; below 1 is unused, below 5 weak)",
            f"active units {measures['active_units']} of {len(kls)}; "
            f"90 % of the KL in {measures['kl_dimensions']}",
            f"mutual information {measures['mutual_information']:.2f} ± "
            f"{measures['mutual_information_error']:.2f} nats (at most "
            f"{measures['mutual_information_limit']:.2f})",
            "largest KL, nats (dimension): "
            + ", ".join(
                f"{kls[d]:.2f} ({d})"
                for d in sorted(range(len(kls)), key=lambda d: -kls[d])[
                    :_SHOWN_DIMENSIONS
                ]
            ),
        ]
    if "fluency" in measures:
        rows.append(
            f"written texts: {measures['distinct']:.1%} are different; "
            f"{measures['known_words']:.1%} of their words are words of "
            f"{name}; {measures['fluency']:.3f} bits per character with a "
            "5-gram model of validation texts, and these "
            f"{measures['reverse_fluency']:.3f} with one of the written texts"
        )
    rows.append(
        f"{measures['texts']:,} {unit}s, {measures['characters']:,} "
        f"characters, {characters:.1f} characters per {unit}"
    )
    return "\n".join(rows)


if __name__ == "__main__":
    run_command(main)
