"""The summary of a training, for a person."""

import dataclasses
from collections.abc import Iterator
from shlex import quote

from hcvae_tf.metrics.latent_use import dimensions_of_share, kl_verdict
from hcvae_tf.models.config import Config
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.training.notes import (
    against_learning_by_heart,
    more_word_dropout,
)
from hcvae_tf.training.progress import PATIENCE, bits_per_char, is_final

# Bits per character between training and validation at which texts are
# learned by heart.
_GAP = 0.3
# Share of steps whose gradients are too large because of the learning rate,
# not of a few texts.
_MANY_STEPS = 0.01


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Figures of a finished training.

    Attributes:
        row: the row of log.csv of the epoch that is kept.
        last_epoch: number of the last epoch.
        ngram_bits: bits per character of a 5-gram model of the training
            texts, on the same validation texts.
        ngram_texts: number of texts that it was made of.
        kl_per_dimension: nats per text; empty without a latent vector.
        left_out: number of steps that were left out.
        useful_steps: number of steps that make a model better.
    """

    row: dict[str, float]
    last_epoch: int
    ngram_bits: float
    ngram_texts: int
    kl_per_dimension: list[float]
    left_out: int
    useful_steps: float


def summary(config: Config, outcome: Outcome, run: RunFolder) -> Iterator[str]:
    """Yields lines: what came out, what to change, files, what to do next."""
    row = outcome.row
    final = is_final(config.objective, row["step"])
    bits = bits_per_char(config.objective, row, "val_")
    yield f"kept: epoch {row['epoch']:.0f} of {outcome.last_epoch}, " + (
        "the best on validation texts"
        if final
        else "the last one, because the KL weight has not reached 1"
    )
    yield (
        f"cost: {bits:.3f} bits per character on validation"
        f" texts; a 5-gram model of {outcome.ngram_texts:,} training texts: "
        f"{outcome.ngram_bits:.3f}"
    )
    kls = outcome.kl_per_dimension
    if kls:
        yield (
            f"latent vector: {kl_verdict(row['val_kl'])}, "
            f"{row['val_kl']:.1f} nats of KL; "
            f"{dimensions_of_share(kls)} of {len(kls)} dimensions carry 90 % "
            "of it"
        )
    advice = list(_advice(config, outcome, bits, run))
    yield "to change:" + " nothing" * (not advice)
    for line in advice:
        yield f"  {line}"
    files = [run.model, run.config, run.log, run.tensorboard]
    names = ", ".join(file.name for file in files if file.exists())
    yield f"files in {run.folder}: {names}"
    yield "next:"
    for command in _next(bool(kls), run):
        yield f"  python -m hcvae_tf.{command}"


def _advice(config, outcome, bits, run):
    row, objective = outcome.row, config.objective
    final = is_final(objective, row["step"])
    gap = bits - bits_per_char(objective, row)
    # Longer is at least twice as long. Texts that are learned by heart cost
    # less in training, if no tokens are dropped there.
    longer = 2 * config.training.steps <= outcome.useful_steps or (
        gap <= 0.0 and not config.model.word_dropout
    )
    if not final:
        yield (
            "let the KL weight reach 1: train longer, or end its growth earlier"
            ", for example with --kl-start 0.25 --kl-end 0.75 (shares of the "
            "training)"
        )
    if outcome.kl_per_dimension and final and objective.kl != "none":
        verdict = kl_verdict(row["val_kl"])
        if verdict != "in use":
            alpha = min(max(0.2, 2 * objective.alpha), 1.0)
            higher = (
                config.model.decoder == "hybrid" and alpha > objective.alpha
            )
            raised = f"--alpha {alpha:g} or " * higher
            # Texts that were not trained on hold somewhat less.
            if row["val_kl"] >= 0.8 * objective.min_rate:
                way = f"{raised}--min-rate 10 makes the model use it"
            elif longer:
                way = "train longer, --min-rate has not been reached"
            else:
                way = (
                    "--min-rate has not been reached in so short a training; "
                    "more texts allow a longer one"
                )
            yield f"z is {verdict}: {way}"
    if final and gap > _GAP:
        yield (
            "the model learns its texts by heart (training texts cost "
            f"{gap:.2f} bits per character less); what helps: "
            f"{against_learning_by_heart(config)}"
        )
    elif final and outcome.last_epoch - row["epoch"] >= PATIENCE:
        yield (
            f"validation texts cost least after epoch {row['epoch']:.0f} of "
            f"{outcome.last_epoch}: a shorter training does the same; what "
            "may lower the cost: "
            f"{' or '.join(['more texts', *more_word_dropout(config)])}"
        )
    elif bits > outcome.ngram_bits:
        if longer:
            folder = quote(str(run.folder))
            way = (
                f"train longer, for example with fit --resume {folder} "
                "--minutes 60"
            )
        else:
            way = f"what helps: {against_learning_by_heart(config)}"
        yield f"texts cost more than with a 5-gram model: {way}"
    steps = config.training.steps
    if outcome.left_out > _MANY_STEPS * steps:
        yield (
            f"{outcome.left_out:,} of {steps:,} steps were left out because of "
            "their large gradients: lower --learning-rate"
        )


def _next(latent, run):
    folder = quote(str(run.folder))
    yield f"sample {folder} -n 10 --temperature 0.7"
    # A model without a latent vector can only sample and score.
    command = "reconstruct" if latent else "score"
    yield f'{command} {folder} "a text of your own"'
    yield f"evaluate {folder}"
