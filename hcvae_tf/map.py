"""Draws a map of latent vectors, coloured by label.

python -m hcvae_tf.map RUN --to map.svg
"""

import dataclasses

from hcvae_tf.command_line.arguments import RunArgument
from hcvae_tf.command_line.labelled_text_source import LabelledTextSource
from hcvae_tf.command_line.plotting import (
    check_chart_file,
    panels,
    save,
)
from pipelines.checks import require_at_least_0
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError

_MAX_LABELS = 10


@dataclasses.dataclass(frozen=True)
class Map:
    """Draws the z_mean of texts as a t-SNE map, coloured by label."""

    run: RunArgument
    """Folder of a training run."""
    to: str = "map.svg"
    """File to write: .svg, .png or .pdf."""
    source: LabelledTextSource = LabelledTextSource(first=2_000)
    seed: int = 0
    """Seed of the t-SNE map."""


def main() -> None:
    """Runs the command."""
    command = parse(Map, "python -m hcvae_tf.map")
    check_chart_file(command.to)
    require_at_least_0(seed=command.seed)
    trained, texts, labels = command.source.load(command.run)
    if len(texts) < 10:
        raise UserError(
            f"a map needs 10 or more texts, not {len(texts)}; use more"
        )
    _draw(trained.encode(texts)[0], labels, command.to, command.seed)


def _draw(z_mean, labels, file, seed) -> None:
    import collections

    import numpy as np
    from sklearn.manifold import TSNE

    # t-SNE needs a perplexity below the number of texts.
    perplexity = min(30, (len(z_mean) - 1) / 3)
    points = TSNE(perplexity=perplexity, random_state=seed).fit_transform(
        z_mean
    )
    figure, (axis,) = panels([("", "")], 6.5)
    labels = np.array(labels)
    common = collections.Counter(labels.tolist()).most_common(_MAX_LABELS)
    for label, _ in common:
        x, y = points[labels == label].T
        axis.scatter(x, y, s=4, linewidths=0, label=label or "no label")
    axis.set(xticks=[], yticks=[])
    if len(common) > 1:
        axis.legend(frameon=False, fontsize=7, markerscale=3)
    save(figure, file)


if __name__ == "__main__":
    run_command(main)
