"""Tables 2, 4 and 5: samples and their diversity."""

from pathlib import Path
from typing import Any

from hcvae_tf.command_line.text_output import escape
from hcvae_tf.reproduce import table3
from hcvae_tf.reproduce.claim import Claim, judge
from hcvae_tf.reproduce.experiment import Experiment
from hcvae_tf.reproduce.results import Results, table
from hcvae_tf.reproduce.scale import Scale

TITLE = "Tables 2, 4 and 5: samples"
_COLUMNS = {
    "distinct": 3,
    "distinct_4grams": 4,
    "self_bleu": 3,
    "length_mean": 1,
    "length_deviation": 1,
    "fluency": 2,
}


def experiments(scale: Scale) -> list[Experiment]:
    """Returns the experiments of table 3."""
    return table3.experiments(scale)


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.3 and appendix A.1 about samples."""
    *lstm_vaes, hybrid = (run.name for run in experiments(scale))

    def more_diverse():
        ours = results.mean(hybrid, distinct)
        theirs = [results.mean(name, distinct) for name in lstm_vaes]
        words = f"hybrid {ours:.1%}, LSTM VAE " + ", ".join(
            f"{value:.1%}" for value in theirs
        )
        return words, ours > max(theirs)

    def more_lengths():
        def deviation(record):
            return record["texts"]["length_deviation"]

        ours = results.mean(hybrid, deviation)
        theirs = [results.mean(name, deviation) for name in lstm_vaes]
        words = f"hybrid {ours:.1f} characters, LSTM VAE " + ", ".join(
            f"{value:.1f}" for value in theirs
        )
        return words, ours > max(theirs)

    return [
        judge(
            "The hybrid's samples vary more in length (standard deviation)",
            "A.1",
            more_lengths,
        ),
        judge(
            "The hybrid's greedy samples are more diverse than the LSTM VAE's "
            "(share of distinct ones)",
            "4.3, tables 2, 4, 5",
            more_diverse,
        ),
    ]


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns a table of diversity, and samples."""
    names = {run.name: run.name for run in experiments(scale)}
    return f"{diversity_table(results, names)}\n{show(results, names)}"


def diversity_table(results: Results, names: dict[str, str]) -> str:
    """Returns a table of diversity and fluency.

    Args:
        results: the records.
        names: label → name of the experiment.
    """
    rows = [
        [
            label,
            *(
                results.text(name, _measure(column), digits)
                for column, digits in _COLUMNS.items()
            ),
        ]
        for label, name in names.items()
    ]
    head = [
        "distinct texts",
        "distinct 4-grams",
        "self-BLEU of 200",
        "characters",
        "their deviation",
        "5-gram model, bits per character",
    ]
    return table(["model", *head], rows)


def show(results: Results, names: dict[str, str]) -> str:
    """Returns greedy and drawn samples.

    Args:
        results: the records.
        names: label → name of the experiment.
    """
    blocks = []
    for label, name in names.items():
        for record in results.records(name)[:1]:
            for kind in ("greedy", "drawn"):
                texts = record["texts"][kind]
                blocks.append(f"{label}, {kind}:\n\n{block(texts)}")
    return "\n".join(blocks)


def block(texts: list[str]) -> str:
    """Formats texts as a block of code, one a line."""
    return "".join(f"    {escape(text)}\n" for text in texts)


def distinct(record: dict[str, Any]) -> float:
    """Returns the share of distinct texts among the greedy samples."""
    return record["texts"]["distinct"]


def _measure(column):
    return lambda record: record["texts"][column]
