"""Beyond the paper: other methods against collapse, at the same budget."""

import math
import statistics
from pathlib import Path

from hcvae_tf.command_line.plotting import add_legend, panels, save
from hcvae_tf.reproduce.experiment import Experiment, with_alpha
from hcvae_tf.reproduce.results import Results, bits, distinct, field, kl, table
from hcvae_tf.reproduce.scale import Scale

TITLE = "Beyond the paper: other methods against collapse"
_DATA = {"ptb-T60": "Penn Treebank, 60 characters", "tweets": "tweets"}
_ALPHAS = (0.2, 0.0)

# Those with a target ask for about 16 nats in 64 dimensions.
_METHODS = {
    "hybrid": ("objective", {}),
    "cyclical": ("objective", {"kl": "cyclical"}),
    "free-bits": ("objective", {"free_bits": 0.25}),
    "mean-spread": ("model", {"mean_spread": 0.7}),
    "min-rate": ("objective", {"min_rate": 16.0}),
}
# The last two did not help and are no longer options of the models.
_LABELS = {
    "hybrid": "none",
    "cyclical": "cyclical annealing",
    "free-bits": "free bits, 0.25 nats",
    "mean-spread": "batch-normalised means, 0.7",
    "min-rate": "minimum rate, 16 nats",
    "max-pooling": "max-pooled encoder (removed)",
    "encoder-steps": "lagging inference (removed)",
}
_ABOUT = """\
Each method is added to the paper's auxiliary loss (alpha 0.2; filled dots) or
replaces it (alpha 0; rings). All trainings have the same number of steps. Bold:
no other row has both fewer importance-weighted bits and more KL. Removed
methods are no longer part of this library.

Sources: cyclical annealing ([Fu et al.,
2019](https://arxiv.org/abs/1903.10145)), free bits of each dimension ([Kingma
et al., 2016](https://arxiv.org/abs/1606.04934)), batch-normalised means ([Zhu
et al., 2020](https://arxiv.org/abs/2004.12585)), a minimum rate, enforced
by a Lagrange multiplier ([Pelsmaeker and Aziz,
2020](https://arxiv.org/abs/1904.08194)), the largest of each encoder feature
over the text ([Long et al., 2019](https://arxiv.org/abs/1911.03976)), lagging
inference (two steps of the encoder alone before each step of the whole model,
until the KL weight is 1; [He et al., 2019](https://arxiv.org/abs/1901.05534)).

The measures of z are of the first {scale.latent_texts:,} texts, so that \
mutual information is at most about {limit:.1f} nats; the \
importance-weighted bits, also those of the language model (dashed line), are \
of the first {scale.importance_texts:,}, with {scale.importance_samples} draws.

"""
_tight_bits = field("importance", "importance_weighted_bits_per_char")
_COLUMNS = {
    "negative ELBO, bits per character": (bits, 3),
    "importance-weighted": (_tight_bits, 3),
    "KL, nats": (kl, 1),
    "active units": (field("latent", "active_units"), 0),
    "mutual information, nats": (field("latent", "mutual_information"), 2),
    "distinct samples": (distinct, 3),
}


def experiments(scale: Scale) -> list[Experiment]:
    """Returns each method with and without auxiliary loss, on both datasets."""
    runs = []
    for data, length, hybrid, language_model in (
        ("ptb-T60", 60, scale.ptb, scale.ptb_lm),
        ("tweets", None, scale.tweets, scale.tweets_lm),
    ):
        config = language_model.replace("data", length=length)
        runs.append(Experiment(f"{data}-lm", config, texts=True))
        for alpha in _ALPHAS:
            for method, (part, values) in _METHODS.items():
                config = with_alpha(hybrid, alpha).replace(part, **values)
                config = config.replace("data", length=length)
                name = _name(data, method, alpha)
                runs.append(Experiment(name, config, texts=True))
    return runs


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Draws cost over KL; returns a table of all measures for each dataset."""
    bound = "importance-weighted bits per character"
    labels = [("KL, nats per text", bound)] * len(_DATA)
    figure, axes = panels(labels, height=3.8)
    parts = []
    for axis, (data, title) in zip(axes, _DATA.items(), strict=True):
        axis.set_title(title)
        _draw(results, axis, data)
        parts.append(f"{title}:\n\n{_table(results, data)}")
    add_legend(axes[-1], "against collapse")
    save(figure, folder / "past.svg")
    about = _ABOUT.format(scale=scale, limit=math.log(scale.latent_texts))
    return about + "\n".join(parts)


def _draw(results: Results, axis, data: str) -> None:
    for number, (method, label) in enumerate(_LABELS.items()):
        color = f"C{number}"
        for alpha, face in zip(_ALPHAS, (color, "none"), strict=True):
            points = _points(results, _name(data, method, alpha))
            axis.plot(
                [used for _, used in points],
                [cost for cost, _ in points],
                "o",
                color=color,
                markerfacecolor=face,
                label=label if alpha else None,
            )
    for name, face in (("with", "grey"), ("without", "none")):
        label = f"{name} the auxiliary loss"
        axis.plot([], [], "o", color="grey", markerfacecolor=face, label=label)
    for cost in results.each(f"{data}-lm", _tight_bits)[:1]:
        label = "LSTM language model"
        axis.axhline(cost, linestyle="--", color="grey", label=label)


def _table(results: Results, data: str) -> str:
    runs = {
        _name(data, method, alpha): (label, alpha)
        for alpha in _ALPHAS
        for method, label in _LABELS.items()
        if method in _METHODS or _name(data, method, alpha) in results
    }
    points = {
        name: [statistics.mean(column) for column in zip(*seeds, strict=True)]
        for name in runs
        if (seeds := _points(results, name))
    }
    rows = []
    for name, (label, alpha) in runs.items():
        if name in points:
            cost, used = points[name]
            if not any(c < cost and u > used for c, u in points.values()):
                label = f"**{label}**"
        rows.append([label, f"{alpha}", *results.cells(name, _COLUMNS)])
    cost, tight, *_, variety = results.cells(f"{data}-lm", _COLUMNS)
    language_model = [cost, tight, "-", "-", "-", variety]
    rows.append(["LSTM language model", "-", *language_model])
    return table(["against collapse", "alpha", *_COLUMNS], rows)


def _points(results: Results, name: str) -> list[tuple[float, float]]:
    """Returns importance-weighted bits and KL of the records with both."""
    return [
        (_tight_bits(record), kl(record))
        for record in results[name]
        if "importance" in record
    ]


def _name(data: str, method: str, alpha: float) -> str:
    return f"{data}-{method}-alpha{alpha}"
