"""Measures a trained model: `python -m hcvae_tf.evaluate RUN`."""

import dataclasses
import json
from typing import Annotated

import tyro

from hcvae_tf.run import Run
from pipelines import names
from pipelines.command_line import UserError, parse, run_command

_BATCH = 128


@dataclasses.dataclass(frozen=True)
class Evaluate:
    """Prints the costs of a model on texts, the same at every call."""

    run: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="RUN")]
    """Folder of a training run."""
    data_file: str | None = None
    """Texts to measure on (default: the data of the run)."""
    data_dir: str | None = None
    """Where prepared data lies (default: where it lay in training)."""
    split: Annotated[
        str | None, tyro.conf.arg(metavar="train|validation|test|all")
    ] = None
    """Which part (default: validation; with --data-file: all)."""
    json: bool = False
    """Print one JSON object."""


def main() -> None:
    """Runs the command."""
    command = parse(Evaluate, "python -m hcvae_tf.evaluate")
    folder = Run.open(command.run)
    data = folder.read_config().data
    folder.trained()
    if command.data_dir:
        data = dataclasses.replace(data, data_dir=command.data_dir)
    if command.data_file:
        if data.dataset == "ptb":
            raise UserError(
                "a model of ptb knows no ends of texts: leave --data-file "
                "out, or train on your file with --dataset lines"
            )
        kind = "tweets" if data.dataset.startswith("tweets") else "lines"
        data = dataclasses.replace(
            data, dataset=kind, data_file=command.data_file, texts=None
        )
    names.check(data.dataset, data.data_file, data.texts)

    from hcvae_tf.metrics.costs import mean_costs
    from hcvae_tf.trained import TrainedTextVAE
    from pipelines.load import load

    trained = TrainedTextVAE.load(command.run)
    corpus = load(
        data.dataset,
        data_file=data.data_file,
        data_dir=data.data_dir,
        texts=data.texts,
        vocabulary=trained.vocabulary,
    )
    if not command.data_file:
        folder.check_data(corpus.record["fingerprint"])
    split = command.split or ("all" if command.data_file else "validation")
    batches = corpus.evaluation(split, trained.length, _BATCH)
    costs = mean_costs(trained.model, batches)
    print(json.dumps(costs) if command.json else _table(costs))


def _table(costs: dict[str, float]) -> str:
    per_text = costs["characters"] / costs["texts"]
    scale = costs["bits_per_char"] / costs["negative_elbo"]
    rows = [f"{'':16}{'nats per text':>14}{'bits per character':>20}"]
    for name in ("negative_elbo", "reconstruction", "kl", "auxiliary"):
        label = name.replace("_elbo", " ELBO")
        rows.append(f"{label:16}{costs[name]:14.2f}{costs[name] * scale:20.3f}")
    rows.append(
        f"{costs['texts']:,} texts, {costs['characters']:,} characters, "
        f"{per_text:.1f} characters per text"
    )
    return "\n".join(rows)


if __name__ == "__main__":
    run_command(main)
