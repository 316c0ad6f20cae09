"""Fifty short common texts, and what models write from their latent vectors."""

import dataclasses
import re
import sys
from collections.abc import Sequence
from typing import Annotated

import tyro

from hcvae_tf.metrics.kept_words import kept_words
from hcvae_tf.metrics.known_words import words
from pipelines.command_line import parse, run_command

# Topic → words that speak of it, as regular expressions, and its texts.
TOPICS = {
    "birthday": (
        r"birthdays? bday birth cake party",
        (
            "happy birthday to my best friend!",
            "happy birthday mum, have a great day",
            "It's my birthday tomorrow",
            "Thanks for all the birthday wishes",
            "can't wait for your birthday party on saturday",
        ),
    ),
    "sleep": (
        r"sleep\w* slept asleep bed tired night nap awake wake woke dreams?",
        (
            "I'm so tired, going to bed now",
            "can't sleep again tonight",
            "good night everyone, sweet dreams",
            "I want to sleep all day",
            "just woke up from a long nap",
        ),
    ),
    "work": (
        r"work\w* jobs? boss office shift meetings?",
        (
            "I don't want to go to work today",
            "on my way home from work",
            "finally done with work for the week",
            "I got the job!",
            "another long day at the office",
        ),
    ),
    "school": (
        r"school\w* exams? class\w* homework stud\w+ tests? teachers? college "
        r"univers\w+ essay",
        (
            "so much homework to do tonight",
            "good luck with your exam today!",
            "I hate school so much",
            "only two weeks of school left",
            "studying for my test all day",
        ),
    ),
    "weather": (
        r"weather rain\w* sun sunny sunshine snow\w* cold hot storm\w* "
        r"warm wind\w*",
        (
            "it's raining again",
            "what a beautiful sunny day",
            "it is so cold outside",
            "I love this weather",
            "there is snow everywhere this morning",
        ),
    ),
    "food": (
        r"food eat\w* ate dinner lunch breakfast pizza coffee chocolate hungry "
        r"cook\w* tea ice",
        (
            "I'm so hungry right now",
            "making dinner for the family",
            "I need a coffee this morning",
            "pizza for lunch again",
            "that was the best breakfast ever",
        ),
    ),
    "sport": (
        r"games? teams? win wins winning won match football soccer goals? "
        r"play\w* season league",
        (
            "what a game last night!",
            "we won the match",
            "so proud of my team",
            "watching the football with my dad",
            "the first goal of the season",
        ),
    ),
    "music": (
        r"music songs? albums? concert\w* sing\w* band listen\w* tickets?",
        (
            "I love this song",
            "listening to music all day",
            "the new album is amazing",
            "can't wait for the concert next week",
            "this band is so good",
        ),
    ),
    "love": (
        r"love\w* miss\w* heart friends? family mum mom dad hug\w* kiss\w*",
        (
            "I love you so much",
            "I miss my family",
            "thank you for being my friend",
            "miss you guys already",
            "my mum is the best",
        ),
    ),
    "health": (
        r"sick ill headache\w* hurt\w* pain\w* doctor\w* hospital feel\w* "
        r"cough flu",
        (
            "I feel so sick today",
            "I have such a bad headache",
            "hope you feel better soon",
            "my back hurts",
            "going to the doctor tomorrow",
        ),
    ),
}
_MOST = 0.5


@dataclasses.dataclass(frozen=True)
class Reconstructions:
    """Writes fifty texts again, greedily, with each model."""

    runs: Annotated[
        tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="RUN ...")
    ]
    """Folders of training runs or exports."""


def main() -> int:
    """Prints how many texts keep topic and words, and all texts."""
    command = parse(
        Reconstructions, "python -m benchmarks.reconstructions", sys.argv[1:]
    )

    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

    texts = [text for _, group in TOPICS.values() for text in group]
    columns = {
        run: TrainedTextVAE.load(run).reconstruct(texts) for run in command.runs
    }
    for run, written in columns.items():
        topics, kept = counts(written)
        print(
            f"{run}: {topics} of {len(texts)} keep their topic, {kept} at "
            "least half of their words"
        )
    print(f"\n| topic | text | {' | '.join(columns)} |")
    print("|---" * (2 + len(columns)) + "|")
    topics = [name for name, (_, group) in TOPICS.items() for _ in group]
    for row in zip(topics, texts, *columns.values(), strict=True):
        print(f"| {' | '.join(map(_cell, row))} |")
    return 0


def counts(written: Sequence[str]) -> tuple[int, int]:
    """Returns how many reconstructions keep the topic, and most words.

    Args:
        written: reconstructions of the texts, in their order.
    """
    rows = [
        (set(speak.split()), text)
        for speak, group in TOPICS.values()
        for text in group
    ]
    topics = kept = 0
    for (speak, text), again in zip(rows, written, strict=True):
        topics += any(
            re.fullmatch(pattern, word)
            for pattern in speak
            for word in words(again)
        )
        kept += kept_words([text], [again], set())["kept_words"] >= _MOST
    return topics, kept


def _cell(text):
    """Returns a text as a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    run_command(main)
