"""Draws a map of latent vectors, coloured by label.

python -m hcvae_tf.map RUN --to map.svg
"""

import dataclasses
from pathlib import Path

from hcvae_tf.command_line.arguments import FileFlag, RunArgument
from hcvae_tf.command_line.labelled_text_source import LabelledTextSource
from hcvae_tf.command_line.plotting import (
    add_legend,
    check_chart_file,
    panels,
    printable,
    save_and_tell,
)
from hcvae_tf.command_line.progress import announce, encode
from hcvae_tf.storage.run_folder import RunFolder
from pipelines.checks import require_at_least_0
from pipelines.command_line import parse, run_command
from pipelines.errors import UserError

_MAX_LABELS = 8
"""As many as a chart has colours."""
_DOT = {"s": 14, "linewidths": 0, "alpha": 0.8}


@dataclasses.dataclass(frozen=True)
class Map:
    """Draws the z_mean of texts as a t-SNE map, coloured by label."""

    run: RunArgument
    """Folder of a training run."""
    to: FileFlag = "map.svg"
    """File to write: .svg, .png or .pdf."""
    source: LabelledTextSource = LabelledTextSource(first=2_000)
    seed: int = 0
    """Seed of the t-SNE map."""


def main() -> None:
    """Runs the command."""
    command = parse(Map, "python -m hcvae_tf.map")
    check_chart_file(command.to)
    require_at_least_0(seed=command.seed)
    trained, texts, labels, name = command.source.load(command.run)
    if len(texts) < 10:
        raise UserError(
            f"a map needs 10 or more texts, not {len(texts)}; use more"
        )
    z_mean = encode(trained, texts)
    announce(f"computing the t-SNE map of {len(texts):,} vectors")
    points = _tsne(z_mean, command.seed)
    data = command.source.resolve(RunFolder.open(command.run))
    what = Path(data.data_file).name if data.data_file else data.dataset
    title = (
        f"t-SNE of z_mean: {len(texts):,} texts of {what} "
        f"({command.source.part})"
    )
    _draw(points, labels, name, title, command.to)


def _tsne(z_mean, seed):
    from sklearn.manifold import TSNE

    # t-SNE needs a perplexity below the number of texts.
    perplexity = min(30, (len(z_mean) - 1) / 3)
    init = "pca" if z_mean.shape[1] > 1 else "random"
    tsne = TSNE(perplexity=perplexity, init=init, random_state=seed)
    return tsne.fit_transform(z_mean)


def _draw(points, labels, name, title, file) -> None:
    import collections

    import numpy as np

    figure, (axis,) = panels([("", "")], 6.5, 5.0)
    # The axes of t-SNE have no meaning, but a distance is one in both.
    axis.axis("off")
    axis.set_aspect("equal", "datalim")
    axis.set_title(printable(title))
    labels = np.array(labels)
    counts = collections.Counter(labels.tolist())
    common = [label for label, _ in counts.most_common(_MAX_LABELS)]
    for label in common:
        x, y = points[labels == label].T
        axis.scatter(x, y, label=printable(label) or "no label", **_DOT)
    others = points[~np.isin(labels, common)]
    if len(others):
        style = {**_DOT, "color": "silver", "zorder": 0}
        axis.scatter(*others.T, label="other labels", **style)
    if len(common) > 1:
        add_legend(axis, printable(name))
    save_and_tell(figure, file)


if __name__ == "__main__":
    run_command(main)
