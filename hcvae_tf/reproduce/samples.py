"""Tables 2, 4 and 5: samples of the models of table 3, and their diversity."""

from pathlib import Path

from hcvae_tf.reproduce.claim import Claim, Judge
from hcvae_tf.reproduce.results import Results, distinct, field, table
from hcvae_tf.reproduce.scale import Scale
from hcvae_tf.reproduce.table3 import compare, experiments
from pipelines.standard_streams import on_one_line

TITLE = "Tables 2, 4 and 5: samples"
_deviation = field("texts", "length_deviation")
_COLUMNS = {
    "distinct texts": (distinct, 3),
    "distinct 4-grams": (field("texts", "distinct_4grams"), 4),
    "self-BLEU of 200": (field("texts", "self_bleu"), 3),
    "characters": (field("texts", "length_mean"), 1),
    "characters, deviation": (_deviation, 1),
    "5-gram model, bits per character": (field("texts", "fluency"), 2),
}


def claims(results: Results, scale: Scale) -> list[Claim]:
    """Judges the claims of section 4.3 and appendix A.1 about samples."""
    judge = Judge("4.3, tables 2, 4, 5")

    @judge(
        "The hybrid's samples vary more in length (standard deviation)", "A.1"
    )
    def more_lengths():
        form = "hybrid {:.1f} characters, LSTM VAE {:.1f}, {:.1f}, {:.1f}"
        words, ours, theirs = compare(results, scale, _deviation, form)
        return words, ours > max(theirs)

    @judge(
        "The hybrid's greedy samples are more diverse than the LSTM VAE's "
        "(share of distinct ones)"
    )
    def more_diverse():
        form = "hybrid {:.1%}, LSTM VAE {:.1%}, {:.1%}, {:.1%}"
        words, ours, theirs = compare(results, scale, distinct, form)
        return words, ours > max(theirs)

    return judge.claims


def write(results: Results, scale: Scale, folder: Path) -> str:
    """Returns a table of diversity, and samples."""
    names = [run.name for run in experiments(scale)]
    return diversity_and_texts(results, dict(zip(names, names, strict=True)))


def diversity_and_texts(results: Results, names: dict[str, str]) -> str:
    """Returns a table of diversity and fluency, and greedy and drawn samples.

    Args:
        results: the records.
        names: label → name of the experiment.
    """
    rows, blocks = [], []
    for label, name in names.items():
        rows.append([label, *results.cells(name, _COLUMNS)])
        for record in results[name][:1]:
            for kind in ("greedy", "drawn"):
                texts = block(record["texts"][kind])
                blocks.append(f"{label}, {kind}:\n\n{texts}")
    return f"{table(['model', *_COLUMNS], rows)}\n" + "\n".join(blocks)


def block(texts: list[str]) -> str:
    """Formats texts as a block of code, one a line."""
    return "".join(f"    {on_one_line(text)}\n" for text in texts)
