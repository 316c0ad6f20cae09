"""Chart and table of cost and KL over one setting, for figures 4 to 6."""

from pathlib import Path

from hcvae_tf.command_line.plotting import (
    add_legend,
    from_zero,
    panels,
    save,
)
from hcvae_tf.reproduce.experiment import Grid
from hcvae_tf.reproduce.results import Results, bits, kl, kl_bits, table


def cost_chart(results: Results, models: Grid, setting: str, file: Path) -> str:
    """Draws cost and KL; returns them as a table.

    Args:
        results: the records.
        models: the models to compare.
        setting: label of the x axis.
        file: path of the chart.
    """
    figure, (axis,) = panels([(setting, "bits per character")], 6.5)
    rows = []
    for number, (label, runs) in enumerate(models.items()):
        color = f"C{number}"
        results.draw(axis, runs, bits, label=label, color=color)
        results.draw(axis, runs, kl_bits, linestyle="--", color=color)
        cost = f"{label}: cost, bits per character"
        rows.append(results.row(cost, runs, bits, 2))
        rows.append(results.row(f"{label}: KL, nats per text", runs, kl, 2))
    for name, style in (("total cost", "-"), ("its KL", "--")):
        axis.plot([], [], style, color="grey", label=name)
    from_zero(axis)
    add_legend(axis)
    save(figure, file)
    head = [setting, *map(str, next(iter(models.values())))]
    legend = "Solid: total cost (negative ELBO). Dashed: its KL."
    return f"{legend}\n\n{table(head, rows)}"
