"""Measures how well a linear classifier predicts labels.

python -m hcvae_tf.probe RUN
"""

import collections
import dataclasses
import json
import sys

from hcvae_tf.command_line.arguments import RunArgument
from hcvae_tf.command_line.labelled_text_source import LabelledTextSource
from hcvae_tf.command_line.progress import announce, encode
from hcvae_tf.metrics.linear_probe import (
    FOLDS,
    probe_accuracy,
    probe_verdict,
)
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError
from pipelines.shortened import shortened
from pipelines.standard_streams import on_one_line

_SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Probe:
    """Prints the accuracy of logistic regression from z_mean to a label.

    Texts without a label, or with a label of fewer than 5 texts, are left out;
    accuracy is cross-validated.
    """

    run: RunArgument
    """Folder of a training run."""
    source: LabelledTextSource = LabelledTextSource()
    json: bool = False
    """Print one JSON object."""


def _counted(found: collections.Counter) -> str:
    """Returns how many labels there are, and the most frequent ones."""
    if not found:
        return "no text has a label"
    most = ", ".join(
        f"{label} ({count:,})" for label, count in found.most_common(_SHOWN)
    )
    labels = on_one_line(most)
    return f"the most frequent of {len(found):,} are {shortened(labels, 60)}"


def main() -> None:
    """Runs the command."""
    command = parse(Probe, "python -m hcvae_tf.probe")
    trained, texts, labels, _ = command.source.load(command.run)
    found = collections.Counter(filter(str.strip, labels))
    # Each fold needs a text of each label.
    counts = collections.Counter(
        {label: count for label, count in found.items() if count >= FOLDS}
    )
    if len(counts) < 2:
        raise UserError(
            f"a probe needs two or more labels with {FOLDS} or more texts "
            f"each; {_counted(found)}; use more labelled texts"
        )
    if rare := sorted(found - counts):
        print(
            f"note: labels of fewer than {FOLDS} texts are left out, "
            f"{len(rare):,}: {shortened(on_one_line(', '.join(rare)), 60)}",
            file=sys.stderr,
        )
    pairs = [
        pair for pair in zip(texts, labels, strict=True) if pair[1] in counts
    ]
    texts, labels = zip(*pairs, strict=True)
    z_mean = encode(trained, texts)
    announce(f"fitting {FOLDS} classifiers, each on all texts but a fold")
    accuracy, error = probe_accuracy(z_mean, labels)
    guess = counts.most_common(1)[0][1] / len(labels)
    measures = {
        "accuracy": accuracy,
        "accuracy_error": error,
        "most_frequent": guess,
        "labels": len(counts),
        "texts": len(labels),
    }
    if command.json:
        print(json.dumps(measures))
    else:
        print(
            f"accuracy {accuracy:.3f} ± {error:.3f}; baseline (most "
            f"frequent of {len(counts)} labels) "
            f"{guess:.3f}; {len(labels):,} texts\n"
            f"{probe_verdict(accuracy, error, guess)}"
        )


if __name__ == "__main__":
    run_command(main)
