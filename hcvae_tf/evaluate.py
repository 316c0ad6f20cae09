"""Measures a trained model: `python -m hcvae_tf.evaluate RUN`."""

import dataclasses
import json
from typing import Annotated, Any

import tyro

from hcvae_tf.command_line.text_source import Source
from hcvae_tf.storage.run_folder import Run
from pipelines.command_line import UserError, parse, run_command

_BATCH = 128
_SHOWN = 8


@dataclasses.dataclass(frozen=True)
class Evaluate:
    """Prints the costs of a model on texts, the same at every call."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run."""
    source: Source = Source()
    importance_samples: int = 0
    """Latent vectors per text for the importance-weighted cost, a tighter
    bound; 0 leaves it out."""
    yardstick: str | None = None
    """Folder of a language model's run, whose cost is given beside."""
    json: bool = False
    """Print one JSON object."""


def main() -> None:
    """Runs the command."""
    command = parse(Evaluate, "python -m hcvae_tf.evaluate")
    folder = Run.open(command.run)
    command.source.settle(folder)
    folder.trained()
    if command.importance_samples < 0:
        raise UserError(
            "--importance-samples must be 0 or more, not "
            f"{command.importance_samples}"
        )
    if command.yardstick:
        Run.open(command.yardstick).trained()

    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
    from hcvae_tf.metrics.costs import mean_costs
    from hcvae_tf.metrics.importance_weighting import (
        mean_importance_weighted_nll,
    )
    from hcvae_tf.metrics.latent_use import corpus_latent_use

    trained = TrainedTextVAE.load(command.run).endpoints
    corpus = command.source.open(folder, trained.vocabulary)
    batches = command.source.windows(corpus, trained.length, _BATCH)
    measures = mean_costs(trained.model, batches)
    if trained.z_size:
        measures |= corpus_latent_use(trained.model, batches)
        if command.importance_samples:
            measures |= mean_importance_weighted_nll(
                trained.model, batches, command.importance_samples
            )
    if command.yardstick:
        other = TrainedTextVAE.load(command.yardstick).endpoints
        if other.z_size:
            raise UserError(
                f"{command.yardstick} is no language model; train one with "
                "--preset small-lm on the same data"
            )
        if (other.vocabulary, other.length) != (
            trained.vocabulary,
            trained.length,
        ):
            raise UserError(
                f"{command.yardstick} has another length or other characters "
                f"than {command.run}; train it on the same data"
            )
        costs = mean_costs(other.model, batches)
        measures["yardstick"] = costs["negative_elbo"]
    print(json.dumps(measures) if command.json else _table(measures))


def _table(measures: dict[str, Any]) -> str:
    characters = measures["characters"] / measures["texts"]
    scale = measures["bits_per_char"] / measures["negative_elbo"]
    rows = [f"{'':24}{'nats per text':>14}{'bits per character':>20}"]
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
            f"active units {measures['active_units']} of {len(kls)}",
            f"mutual information {measures['mutual_information']:.2f} ± "
            f"{measures['mutual_information_error']:.2f} nats (at most "
            f"{measures['mutual_information_limit']:.2f})",
            "largest KL, nats (dimension): "
            + ", ".join(
                f"{kls[d]:.2f} ({d})"
                for d in sorted(range(len(kls)), key=lambda d: -kls[d])[:_SHOWN]
            ),
        ]
    rows.append(
        f"{measures['texts']:,} texts, {measures['characters']:,} characters, "
        f"{characters:.1f} characters per text"
    )
    return "\n".join(rows)


if __name__ == "__main__":
    run_command(main)
