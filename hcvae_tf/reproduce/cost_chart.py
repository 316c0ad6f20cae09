"""Chart and table of cost and KL over one setting, for figures 4 to 6."""

from pathlib import Path

from hcvae_tf.command_line.plotting import panels, save
from hcvae_tf.reproduce.results import Results, bits, kl, kl_bits, table


def cost_chart(
    results: Results,
    models: dict[str, dict[float, str]],
    setting: str,
    file: Path,
) -> str:
    """Draws cost and KL; returns them as a table.

    Args:
        results: the records.
        models: label → value of the setting → name of the experiment.
        setting: label of the x axis.
        file: path of the chart.
    """
    figure, (axis,) = panels([(setting, "bits per character")], 6.5)
    rows = []
    for number, (label, runs) in enumerate(models.items()):
        style = {"color": f"C{number}"}
        results.draw(axis, runs, bits, label=label, **style)
        results.draw(axis, runs, kl_bits, linestyle="--", **style)
        for what, measure in (
            ("cost, bits per character", bits),
            ("KL, nats per text", kl),
        ):
            rows.append(
                results.row(f"{label}: {what}", runs.values(), measure, 2)
            )
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False)
    save(figure, file)
    head = [str(x) for x in next(iter(models.values()))]
    return "Solid: full cost. Dashed: its KL.\n\n" + table(
        [setting, *head], rows
    )
