"""The results page, written from the records alone."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from hcvae_tf.reproduce.record import Locations
from hcvae_tf.reproduce.results import Results, table
from hcvae_tf.reproduce.scale import Scale
from pipelines.files.writing import write_text

_NOTES = """\
Costs are means over the whole validation split, in nats per text or bits per
character (1 nat = 1.44 bits; a character is a byte).
[measures.md](measures.md) defines every measure, [glossary.md](glossary.md)
explains the words. The model is that after the last step. Models that are
compared have the same data, steps, batches and learning rate; nothing was tuned
for one of them.
"""


def write_page(
    file: Path,
    place: Locations,
    targets: Mapping[str, ModuleType],
    name: str,
    scale: Scale,
) -> None:
    """Writes the page, with each target that has records.

    Args:
        file: the page; its figures are in the folder of the same name. If that
            folder has a hand-written `notes.md`, it follows the claims.
        place: where the records are.
        targets: name → module, in the order of the page.
        name: name of the scale.
        scale: the scale.
    """
    results = Results(place)
    folder = file.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    rows, sections = [], []
    for target, module in targets.items():
        names = [run.name for run in module.experiments(scale)]
        missing = [run for run in names if run not in results]
        if missing == names:
            continue
        records = [record for run in names for record in results[run]]
        text = module.write(results, scale, folder)
        figure = folder / f"{target}.svg"
        image = f"![{module.TITLE}]({folder.name}/{figure.name})\n\n"
        sections.append(
            f"## {module.TITLE}\n\n"
            f"    python -m hcvae_tf.reproduce {target} --scale {name}\n\n"
            f"{_runs(records)}"
            + (f" Not run: {', '.join(missing)}." if missing else "")
            + f"\n\n{image if figure.exists() else ''}{text}"
        )
        if hasattr(module, "claims"):
            for *claim, verdict in module.claims(results, scale):
                rows.append([*claim, f"**{verdict}**"])
    notes = folder / "notes.md"
    page = "\n".join(
        [
            f"# Results at scale `{name}`\n",
            "Written by `python -m hcvae_tf.reproduce`; do not edit.\n",
            _about(results),
            _NOTES,
            _sizes(scale),
            "## Claims of the paper, and whether they hold here\n",
            table(["claim", "in the paper", "here", "verdict"], rows, "---"),
            notes.read_text("utf-8") if notes.exists() else "",
            *sections,
        ]
    )
    write_text(file, re.sub(r"\n{3,}", "\n\n", page))


def _sizes(scale: Scale) -> str:
    """Returns a table of this scale's models and their training."""
    rows = []
    for name, config in scale.configs().items():
        model, training = config.model, config.training
        encoder = "no" if model.encoder == "none" else model.encoder
        parts = [f"{encoder} encoder, {model.decoder} decoder"]
        if "conv" in (model.encoder, model.decoder):
            parts.append(f"maps {', '.join(map(str, model.maps))}")
        if model.decoder == "hybrid" and model.language_model == "bytenet":
            parts.append(f"ByteNet {model.bytenet_width}")
        elif name == "historyless":
            parts.append("LSTM of as many parameters as conv")
        elif model.decoder != "deconv":
            parts.append(f"LSTM {model.decoder_units}")
        if model.encoder != "none":
            parts.append(f"z {model.z_size}")
        objective = config.objective
        grows = f"{objective.kl_start:,.0f} to {objective.kl_end:,.0f}"
        if objective.kl == "none":
            grows = "-"
        numbers = [f"{training.steps:,}", f"{training.batch_size}", grows]
        rows.append([name.replace("_", " "), "; ".join(parts), *numbers])
    head = ["models", "sizes", "steps", "batch", "KL weight grows over steps"]
    return table(head, rows)


def _runs(records) -> str:
    minutes = sum(record.get("seconds", 0) for record in records) / 60
    steps = sorted({record["steps"] for record in records if "steps" in record})
    seeds = len({record["seed"] for record in records})
    parts = [
        f"{number} {unit}" + "s" * (number > 1)
        for number, unit in ((len(records), "record"), (seeds, "seed"))
    ]
    if steps:
        parts.append(f"{', '.join(f'{n:,}' for n in steps)} steps each")
        parts.append(f"{minutes:.0f} minutes of training in total")
    return "; ".join(parts) + "."


def _about(results: Results) -> str:
    """Returns the data, machines, precisions and commits of all records."""
    records = [record for each in results.values() for record in each]
    data = {
        f"{dataset['name']} ({dataset['counts']['read']:,} texts or lines, "
        f"{dataset['counts']['kept']:,} kept; fingerprint "
        f"{dataset['fingerprint'][:12]})"
        for dataset in (r["dataset"] for r in records if "dataset" in r)
    }
    lines = {
        "Data": data,
        "Machine": {record["machine"] for record in records},
        "Precision of products": {
            record["precision"] for record in records if "precision" in record
        },
        "Commits": {record["commit"] for record in records},
    }
    return "".join(
        f"- {label}: {'; '.join(sorted(values))}\n"
        for label, values in lines.items()
    )
