"""Fits a better prior to the latent vectors of a model.

python -m hcvae_tf.prior RUN --components 1,10,100
"""

import dataclasses
import json
import math
from typing import Annotated

import tyro

from hcvae_tf.command_line.arguments import RunArgument
from hcvae_tf.command_line.progress import announce, progress
from hcvae_tf.command_line.text_source import TextSource
from hcvae_tf.storage.run_folder import RunFolder
from hcvae_tf.storage.training_texts import check_texts
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError
from pipelines.files.folder_lock import owned

# Texts that a prior is fitted to, at most.
_TEXTS = 100_000
_BATCH_SIZE = 256


@dataclasses.dataclass(frozen=True)
class Prior:
    """Fits mixtures of Gaussians to latent vectors of the train split.

    The one that makes validation texts cheapest is stored with the model, if
    it is better than N(0, 1).
    """

    run: RunArgument
    """Folder of a training run that has ended."""
    components: Annotated[str, tyro.conf.arg(metavar="N,N,...")] = "1,10,100"
    """Numbers of Gaussians to try."""
    data_file: str | None = None
    """Another place of the file on which the model was trained."""
    data_dir: str | None = None
    """Folder of prepared data (default: the one used in training)."""
    json: bool = False
    """Print one JSON object."""


def main() -> None:
    """Runs the command."""
    command = parse(Prior, "python -m hcvae_tf.prior")
    sizes = _sizes(command.components)
    run = RunFolder.open(command.run)
    if not (run.best.is_file() or run.model.is_file()):
        raise UserError(
            f"{run.folder} has no model to store a prior with; wait for the "
            "first epoch of its training to end, or resume it"
        )
    places = {"data_file": command.data_file, "data_dir": command.data_dir}
    places = {name: place for name, place in places.items() if place}
    # No other texts may stand in for those of the training.
    data = dataclasses.replace(run.read_config().data, **places)
    check_texts(run, data)
    with owned(run.folder):
        measures = _fit(run, sizes, data)
    if command.json:
        print(json.dumps(measures))
    else:
        print(_report(measures, command.run))


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",")]
        if min(sizes) < 1:
            raise ValueError
    except ValueError:
        raise UserError(
            f"`components` must be whole numbers from 1 on with commas "
            f"between them, such as 1,10,100, not {text!r}"
        ) from None
    return sizes


def _fit(run, sizes, data):
    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE
    from hcvae_tf.metrics.fit_prior import draw_codes, fit_prior, prior_gain
    from hcvae_tf.storage.model_file import store_prior
    from hcvae_tf.training.corpus import open_corpus_of_run

    trained = TrainedTextVAE.load(run.folder, prior="normal")
    trained.require_latent()
    signatures = trained.signatures
    model, length = signatures.model, signatures.length
    corpus = open_corpus_of_run(run, data, signatures.vocabulary)

    def codes(split, most=None):
        source = TextSource(split=split)
        batches = source.windows(corpus, length, _BATCH_SIZE)
        count = source.batch_count(corpus, length, _BATCH_SIZE)
        if most is not None:
            most = math.ceil(most / _BATCH_SIZE)
            batches, count = batches.take(most), min(count or most, most)
        work = f"encoding texts of {split}"
        return draw_codes(model, progress(batches, work, "batches", count))

    fitted = codes("train", _TEXTS)
    if max(sizes) > len(fitted):
        raise UserError(
            f"`components` must be at most {len(fitted)}, the number of "
            f"training texts, not {max(sizes)}"
        )
    held_out = codes("validation")
    priors, gains = {}, {}
    for size in sizes:
        announce(f"fitting {size:,} Gaussians to {len(fitted):,} vectors")
        priors[size] = fit_prior(fitted, size)
        gains[size] = prior_gain(priors[size], model, held_out)
    best = max(sizes, key=lambda size: gains[size][0])
    stored = gains[best][0] > 0
    if stored:
        store_prior(run, priors[best])
    return {
        "gains": {
            size: {"nats": gain, "error": error}
            for size, (gain, error) in gains.items()
        },
        "stored": best if stored else None,
        "train_texts": len(fitted),
        "validation_texts": len(held_out),
    }


def _report(measures, run):
    rows = ["components  negative ELBO falls by, nats per text"]
    rows += [
        f"{size:10,}  {gain['nats']:.2f} ± {gain['error']:.2f}"
        for size, gain in measures["gains"].items()
    ]
    rows.append(
        f"fitted to {measures['train_texts']:,} texts of train, measured on "
        f"{measures['validation_texts']:,} of validation"
    )
    if measures["stored"] is None:
        rows.append("none is better than N(0, 1), so nothing was stored")
    else:
        rows += [
            f"stored {measures['stored']:,} Gaussians with the model: sample, "
            "score, evaluate and export use them (--prior normal does not)",
            f"next: python -m hcvae_tf.evaluate {run}",
        ]
    return "\n".join(rows)


if __name__ == "__main__":
    run_command(main)
