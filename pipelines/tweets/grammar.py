"""Tweet-like English texts of known probability.

A probabilistic grammar written for this project. It generates texts of 20 to
120 ASCII characters, each with a topic and a mood, and computes the exact
log-probability of every text and the exact entropy of the corpus, in nats.

A grammar maps a symbol to its alternatives, written in one string::

    {"greeting": "3* hello {name} | hi {name}", "name": "ann | bob"}

`|` separates alternatives, `3*` is the weight of one (1 if absent), `{name}`
stands for a symbol; white space around an alternative is removed, and each
run of white space within it is one space.
"""

import math
import random
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from pipelines.tweets import phrases

TOPICS = tuple(phrases.TOPIC_WEIGHTS)
MOODS = tuple(phrases.MOOD_WEIGHTS)

_LABELS = tuple((topic, mood) for topic in TOPICS for mood in MOODS)
_ROOT = "text"
_REFERENCE = re.compile(r"\{([^{}]+)\}")
_WEIGHT = re.compile(r"\s*(\d+)\*")


class Sample(NamedTuple):
    """One text with its labels and the natural log of its probability."""

    text: str
    topic: str
    mood: str
    log_probability: float


class Derivation(NamedTuple):
    """One expansion of a symbol.

    Attributes:
        choice: index of the alternative chosen for the symbol itself.
        text: the resulting text.
        log_probability: log-probability of the derivation, in nats.
    """

    choice: int
    text: str
    log_probability: float


# Compared by identity: symbols are keys of the chart, and a comparison by value
# would visit all symbols below them.
@dataclass(frozen=True, eq=False, slots=True)
class Symbol:
    """A compiled symbol: its alternatives and values computed from them.

    Attributes:
        probabilities: probability of each alternative.
        bodies: each alternative as literals and symbols, in order.
        log_probabilities: natural logs of `probabilities`.
        bounds: cumulative sums of all probabilities except the last.
        entropy: entropy of a derivation, in nats.
        count: number of derivations.
        shortest: length of the shortest text, in characters.
        longest: length of the longest text, in characters.
    """

    probabilities: tuple[float, ...]
    bodies: tuple[tuple["str | Symbol", ...], ...]
    log_probabilities: tuple[float, ...]
    bounds: tuple[float, ...]
    entropy: float
    count: int
    shortest: int
    longest: int


class Grammar:
    """A probabilistic context-free grammar without recursion.

    Attributes:
        symbols: the compiled symbols by name.
    """

    def __init__(self, rules: Mapping[str, str]):
        """Compiles the rules.

        Args:
            rules: the alternatives of every symbol, in the module's notation.

        Raises:
            ValueError: if a symbol is undefined or recursive, or an
                alternative is empty or has weight 0.
        """
        self.symbols: dict[str, Symbol] = {}
        for name in rules:
            self._compile(name, rules, ())

    def sample(self, name: str, uniform: Callable[[], float]) -> Derivation:
        """Expands a symbol at random.

        Args:
            name: name of the symbol.
            uniform: returns independent numbers, uniform on [0, 1).

        Returns:
            The derivation; its log-probability is the text's if the grammar
            is unambiguous.

        Raises:
            KeyError: if the symbol does not exist.
        """
        symbol = self.symbols[name]
        choice = bisect(symbol.bounds, uniform())
        pieces: list[str] = []
        log_probability = symbol.log_probabilities[choice] + _expand(
            symbol.bodies[choice], uniform, pieces
        )
        return Derivation(choice, "".join(pieces), log_probability)

    def log_probability(self, name: str, text: str) -> float:
        """Returns the log of the total probability of a text's derivations.

        Works in linear space: a probability under 1e-300 counts as 0.

        Args:
            name: name of the symbol from which the text is derived.
            text: any text.

        Returns:
            The log-probability in nats; -inf for a text without derivation.

        Raises:
            KeyError: if the symbol does not exist.
        """
        ends = _inside(self.symbols[name], text, 0, {})
        probability = ends.get(len(text), 0.0)
        return math.log(probability) if probability else -math.inf

    def entropy(self, name: str) -> float:
        """Returns the exact entropy of a symbol's derivation, in nats.

        It is the text's if the grammar is unambiguous.

        Raises:
            KeyError: if the symbol does not exist.
        """
        return self.symbols[name].entropy

    def count(self, name: str) -> int:
        """Returns the exact number of derivations of a symbol.

        Raises:
            KeyError: if the symbol does not exist.
        """
        return self.symbols[name].count

    def lengths(self, name: str) -> tuple[int, int]:
        """Returns the shortest and longest length of a symbol, in characters.

        Raises:
            KeyError: if the symbol does not exist.
        """
        symbol = self.symbols[name]
        return symbol.shortest, symbol.longest

    def _compile(
        self, name: str, rules: Mapping[str, str], path: tuple[str, ...]
    ) -> Symbol:
        if name in path:
            raise ValueError(f"recursive symbol: {' > '.join((*path, name))}")
        if name not in rules:
            raise ValueError(f"undefined symbol: {' > '.join((*path, name))}")
        if name not in self.symbols:
            weights, bodies = [], []
            for alternative in rules[name].split("|"):
                weight, body = _parse(alternative)
                if not (weight and body):
                    raise ValueError(
                        f"an alternative of symbol {name} is empty or has "
                        "weight 0"
                    )
                weights.append(weight)
                # `split` puts the names of symbols at odd indices.
                parts = (
                    self._compile(part, rules, (*path, name))
                    if index % 2
                    else part
                    for index, part in enumerate(_REFERENCE.split(body))
                )
                bodies.append(tuple(part for part in parts if part))
            self.symbols[name] = _symbol(weights, bodies)
        return self.symbols[name]


def sample(count: int, seed: int) -> Iterator[Sample]:
    """Draws independent texts.

    Args:
        count: number of texts, at least 0.
        seed: seed of all random choices, at least 0. It alone determines the
            texts: a longer corpus begins with the shorter one.

    Returns:
        A lazy iterator that takes constant memory.

    Raises:
        ValueError: if `count` or `seed` is negative.
    """
    if count < 0 or seed < 0:
        raise ValueError(f"negative count or seed: {count}, {seed}")
    return _samples(count, random.Random(seed).random)


def log_probability(text: str) -> float:
    """Returns the log-probability of a text over all topics and moods.

    Args:
        text: any text.

    Returns:
        Nats; -inf if the grammar cannot produce the text.
    """
    return tweets().log_probability(_ROOT, text)


def joint_log_probability(text: str, topic: str, mood: str) -> float:
    """Returns the log-probability of a text together with its labels.

    Args:
        text: any text.
        topic: one of `TOPICS`.
        mood: one of `MOODS`.

    Returns:
        Nats; -inf if the text cannot have these labels.

    Raises:
        ValueError: if the topic or the mood does not exist.
    """
    choice = _LABELS.index((topic, mood))
    prior = tweets().symbols[_ROOT].log_probabilities[choice]
    return prior + tweets().log_probability(f"tweet@{topic}@{mood}", text)


def entropy() -> float:
    """Returns the exact entropy of a text, in nats."""
    return tweets().entropy(_ROOT)


def distinct_texts() -> int:
    """Returns the exact number of texts that the grammar can produce."""
    return tweets().count(_ROOT)


def lengths() -> tuple[int, int]:
    """Returns the shortest and the longest length of a text, in characters."""
    return tweets().lengths(_ROOT)


@cache
def tweets() -> Grammar:
    """Returns the compiled grammar of all topics and moods."""
    rules = dict(phrases.SHARED)
    for topic, mood in _LABELS:
        topic_names = {
            name: f"{name}@{topic}" for name in phrases.TOPIC_RULES[topic]
        }
        mood_names = {
            name: f"{name}@{mood}" for name in phrases.MOOD_RULES[mood]
        }
        frame_names = {
            name: f"{name}@{topic}@{mood}" for name in phrases.FRAMES[mood]
        }
        names = topic_names | mood_names | frame_names
        rules |= _renamed(phrases.TOPIC_RULES[topic], topic_names)
        rules |= _renamed(phrases.MOOD_RULES[mood], mood_names)
        rules |= _renamed(phrases.FRAMES[mood], names)
    rules[_ROOT] = "|".join(
        f"{phrases.TOPIC_WEIGHTS[topic] * phrases.MOOD_WEIGHTS[mood]}*"
        f"{{tweet@{topic}@{mood}}}"
        for topic, mood in _LABELS
    )
    return Grammar(rules)


def _renamed(
    rules: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, str]:
    def reference(match: re.Match[str]) -> str:
        return f"{{{names.get(match[1], match[1])}}}"

    return {
        names[name]: _REFERENCE.sub(reference, alternatives)
        for name, alternatives in rules.items()
    }


def _samples(count: int, uniform: Callable[[], float]) -> Iterator[Sample]:
    for _ in range(count):
        choice, text, log_p = tweets().sample(_ROOT, uniform)
        yield Sample(text, *_LABELS[choice], log_p)


def _parse(alternative: str) -> tuple[int, str]:
    weight = _WEIGHT.match(alternative)
    body = alternative[weight.end() :] if weight else alternative
    return int(weight[1]) if weight else 1, " ".join(body.split())


def _symbol(
    weights: list[int], bodies: list[tuple[str | Symbol, ...]]
) -> Symbol:
    total = sum(weights)
    probabilities = tuple(weight / total for weight in weights)
    logs = tuple(map(math.log, probabilities))
    children = [
        [part for part in body if isinstance(part, Symbol)] for body in bodies
    ]
    literal = [
        sum(len(part) for part in body if isinstance(part, str))
        for body in bodies
    ]
    return Symbol(
        probabilities=probabilities,
        bodies=tuple(bodies),
        log_probabilities=logs,
        bounds=tuple(bound / total for bound in accumulate(weights[:-1])),
        entropy=math.fsum(
            p * (math.fsum(child.entropy for child in below) - log_p)
            for p, log_p, below in zip(
                probabilities, logs, children, strict=True
            )
        ),
        count=sum(math.prod(child.count for child in b) for b in children),
        shortest=min(
            length + sum(child.shortest for child in below)
            for length, below in zip(literal, children, strict=True)
        ),
        longest=max(
            length + sum(child.longest for child in below)
            for length, below in zip(literal, children, strict=True)
        ),
    )


def _expand(
    body: tuple[str | Symbol, ...],
    uniform: Callable[[], float],
    pieces: list[str],
) -> float:
    """Appends a random expansion and returns its log-probability."""
    total = 0.0
    for part in body:
        if isinstance(part, str):
            pieces.append(part)
        else:
            choice = bisect(part.bounds, uniform())
            total += part.log_probabilities[choice] + _expand(
                part.bodies[choice], uniform, pieces
            )
    return total


def _inside(
    symbol: Symbol,
    text: str,
    start: int,
    chart: dict[tuple[Symbol, int], dict[int, float]],
) -> dict[int, float]:
    """Returns the probabilities of the spans from `start`, by their ends."""
    known = chart.get((symbol, start))
    if known is not None:
        return known
    ends: dict[int, float] = defaultdict(float)
    for p, body in zip(symbol.probabilities, symbol.bodies, strict=True):
        reached = {start: p}
        for part in body:
            reached = _advance(reached, part, text, chart)
            if not reached:
                break
        for end, probability in reached.items():
            ends[end] += probability
    chart[symbol, start] = ends
    return ends


def _advance(
    reached: dict[int, float],
    part: str | Symbol,
    text: str,
    chart: dict[tuple[Symbol, int], dict[int, float]],
) -> dict[int, float]:
    """Extends the spans in `reached` by one more part."""
    if isinstance(part, str):
        return {
            position + len(part): probability
            for position, probability in reached.items()
            if text.startswith(part, position)
        }
    following: dict[int, float] = defaultdict(float)
    for position, before in reached.items():
        for end, within in _inside(part, text, position, chart).items():
            following[end] += before * within
    return following
