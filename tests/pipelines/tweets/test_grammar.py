import itertools
import math
import random
from collections import Counter, defaultdict
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.tweets import grammar, phrases
from pipelines.tweets.grammar import Grammar, Symbol

SAMPLES = tuple(grammar.sample(20_000, seed=1))


# A toy grammar is {symbol: [(weight, [literal or index of a symbol])]}. Its
# texts are listed without code of the tested module. A symbol refers only to
# later symbols.
@st.composite
def toy_rules(draw, symbols=3):
    rules = {}
    for index in range(symbols):
        part = st.sampled_from(["a", "b", "ab", *range(index + 1, symbols)])
        body = st.lists(part, min_size=1, max_size=2)
        alternative = st.tuples(st.integers(1, 4), body)
        rules[index] = draw(st.lists(alternative, min_size=1, max_size=3))
    return rules


def to_notation(rules):
    """Writes a toy grammar in the notation of `Grammar`."""
    return {
        f"s{index}": " | ".join(
            f"{weight}* "
            + "".join(p if isinstance(p, str) else f"{{s{p}}}" for p in body)
            for weight, body in alternatives
        )
        for index, alternatives in rules.items()
    }


def derivations(rules, index=0):
    """Returns the text and the probability of every derivation."""
    total = sum(weight for weight, _ in rules[index])
    found = []
    for weight, body in rules[index]:
        choices = [
            [(part, 1.0)] if isinstance(part, str) else derivations(rules, part)
            for part in body
        ]
        for chosen in itertools.product(*choices):
            text = "".join(text for text, _ in chosen)
            inner = math.prod(probability for _, probability in chosen)
            found.append((text, weight / total * inner))
    return found


# To prove that no two derivations produce the same text, `find_clash` follows
# all derivations at once, prefix by prefix. A stack is the rest of a
# derivation: its next part and the stacks that may follow. A state is the set
# of stacks after a prefix. Two derivations of the same text reach the same
# stack after some prefix. A part is a code if its texts are unambiguous and
# none is a prefix of another; stacks with the same code as their part are
# followed as one.
class Stack:
    def __init__(self, part, rest):
        self.part = part
        self.rest = rest


END = Stack("", ())
stack = cache(Stack)


def expand(symbol, rest):
    """Returns the stacks of all alternatives of a symbol."""
    stacks = []
    for body in symbol.bodies:
        after = rest
        for part in reversed(body):
            after = (stack(part, after),)
        stacks.extend(after)
    return stacks


@cache
def height(part):
    if isinstance(part, str):
        return 0
    return 1 + max(map(height, itertools.chain(*part.bodies)))


@cache
def is_code(part):
    return isinstance(part, str) or find_clash(part, prefix_free=True) is None


def find_clash(symbol, prefix_free=False):
    """Returns a prefix after which two derivations have the same stack.

    With `prefix_free`, also returns a text that is a prefix of another text.
    Returns None if there is neither. `*` stands for any text of a code.
    """
    pending, seen = [("", expand(symbol, (END,)))], set()
    while pending:
        prefix, stacks = pending.pop()
        state = frozenset(stacks)
        is_text_and_prefix = END in state and len(state) > 1
        if len(state) < len(stacks) or (prefix_free and is_text_and_prefix):
            return prefix
        if state not in seen:
            seen.add(state)
            following = next_stacks(state - {END})
            if following is None:
                return prefix
            pending += [(prefix + text, stacks) for text, stacks in following]
    return None


def next_stacks(state):
    """Returns the next characters with their stacks; None if two are equal."""
    following, rests_of = defaultdict(list), defaultdict(list)
    for top in state:
        rests_of[top.part].append(top.rest)
    while rests_of:
        # Expanding the other parts cannot produce the highest one.
        part = max(rests_of, key=height)
        rests = rests_of.pop(part)
        if len(set(rests)) < len(rests):
            return None
        alone = not rests_of and not following
        if (alone or len(rests) > 1) and is_code(part):
            after = list(itertools.chain(*rests))
            if len(set(after)) < len(after):
                return None
            if alone:
                return [("*", after)]
            rests = [frozenset(after)]
        for rest in rests:
            if isinstance(part, Symbol):
                for top in expand(part, rest):
                    rests_of[top.part].append(top.rest)
            else:
                after = [stack(part[1:], rest)] if part[1:] else rest
                following[part[0]].extend(after)
    return following.items()


@given(toy_rules())
@settings(deadline=None)
def test_toy_grammar_equals_the_list_of_its_texts(rules):
    toy = Grammar(to_notation(rules))
    listed = derivations(rules)
    probabilities = Counter()
    for text, probability in listed:
        probabilities[text] += probability
    for text, probability in probabilities.items():
        assert toy.log_probability("s0", text) == pytest.approx(
            math.log(probability)
        )
    assert toy.log_probability("s0", max(probabilities) + "b") == -math.inf
    assert math.fsum(
        math.exp(toy.log_probability("s0", text)) for text in probabilities
    ) == pytest.approx(1)
    assert toy.count("s0") == len(listed)
    assert toy.entropy("s0") == pytest.approx(
        -math.fsum(p * math.log(p) for _, p in listed), abs=1e-12
    )
    lengths = [len(text) for text in probabilities]
    assert toy.lengths("s0") == (min(lengths), max(lengths))
    ambiguous = len(probabilities) < len(listed)
    assert (find_clash(toy.symbols["s0"]) is not None) == ambiguous


def test_ambiguous_grammar_sums_over_derivations():
    toy = Grammar({"s": "{a}{a}", "a": "3* x | xx"})
    derivation = math.log(3 / 16)
    assert toy.log_probability("s", "xxx") == pytest.approx(
        derivation + math.log(2)
    )
    draw = random.Random(0).random
    sampled = [toy.sample("s", draw) for _ in range(50)]
    drawn = next(each for each in sampled if each.text == "xxx")
    assert drawn.log_probability == pytest.approx(derivation)
    assert find_clash(toy.symbols["s"]) is not None


def test_rules_have_weights_and_collapse_white_space():
    toy = Grammar({"s": " 3* one \n two | {t}!", "t": "2* 4* "})
    draw = random.Random(0).random
    counts = Counter(toy.sample("s", draw) for _ in range(4000))
    assert {(one.choice, one.text) for one in counts} == {
        (0, "one two"),
        (1, "4*!"),
    }
    for one, count in counts.items():
        p = math.exp(one.log_probability)
        assert p == pytest.approx((0.75, 0.25)[one.choice])
        assert abs(count - 4000 * p) < 4 * math.sqrt(4000 * p * (1 - p))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"s": "a {t}"}, "undefined symbol: s > t"),
        ({"s": "a {t}", "t": "b | {s}"}, "recursive symbol: s > t > s"),
        ({"s": "a | "}, "symbol s"),
        ({"s": "a | 2* "}, "symbol s"),
        ({"s": "a | 0* b"}, "symbol s"),
    ],
)
def test_bad_rules_are_refused(rules, message):
    with pytest.raises(ValueError, match=message):
        Grammar(rules)


def test_every_tweet_has_one_derivation():
    assert find_clash(grammar.tweets().symbols["text"]) is None


def test_every_symbol_is_defined_once_and_used():
    for topic, mood in itertools.product(grammar.TOPICS, grammar.MOODS):
        names = [
            *phrases.SHARED,
            *phrases.FRAMES[mood],
            *phrases.MOOD_RULES[mood],
            *phrases.TOPIC_RULES[topic],
        ]
        assert len(names) == len(set(names))
    symbols = grammar.tweets().symbols
    used, pending = set(), [symbols["text"]]
    while pending:
        symbol = pending.pop()
        if symbol not in used:
            used.add(symbol)
            parts = itertools.chain(*symbol.bodies)
            pending += [part for part in parts if isinstance(part, Symbol)]
    assert not {name for name in symbols if symbols[name] not in used}


def test_log_probability_equals_that_of_the_sample():
    for one in SAMPLES[:300]:
        assert grammar.log_probability(one.text) == pytest.approx(
            one.log_probability, abs=1e-9
        )


def test_mean_negative_log_probability_is_the_entropy():
    nats = [-one.log_probability for one in SAMPLES]
    mean = math.fsum(nats) / len(nats)
    variance = math.fsum((x - mean) ** 2 for x in nats) / len(nats)
    standard_error = math.sqrt(variance / len(nats))
    assert abs(mean - grammar.entropy()) < 4 * standard_error


def test_entropy_and_number_of_texts_are_large_enough():
    assert 25 <= grammar.entropy() <= 45
    assert grammar.distinct_texts() >= 10**6
    assert grammar.entropy() <= math.log(grammar.distinct_texts())


def test_lengths_are_20_to_120_ascii_characters():
    shortest, longest = grammar.lengths()
    assert 20 <= shortest <= longest <= 120
    for one in SAMPLES:
        assert one.text.isascii()
        assert shortest <= len(one.text) <= longest


def test_a_text_has_one_topic_and_one_mood():
    labels = tuple(itertools.product(grammar.TOPICS, grammar.MOODS))
    for one in SAMPLES[:20]:
        possible = {
            label: grammar.joint_log_probability(one.text, *label)
            for label in labels
        }
        own = possible.pop((one.topic, one.mood))
        assert own == pytest.approx(one.log_probability, abs=1e-9)
        assert set(possible.values()) == {-math.inf}


@pytest.mark.parametrize("label", [("sport", "sad"), ("food", "joy")])
def test_unknown_labels_are_refused(label):
    with pytest.raises(ValueError, match=r"tuple\.index"):
        grammar.joint_log_probability("@userid", *label)


@pytest.mark.parametrize(
    ("field", "weights"),
    [("topic", phrases.TOPIC_WEIGHTS), ("mood", phrases.MOOD_WEIGHTS)],
)
def test_labels_follow_their_weights(field, weights):
    counts = Counter(getattr(one, field) for one in SAMPLES)
    for name, weight in weights.items():
        p = weight / sum(weights.values())
        error = math.sqrt(len(SAMPLES) * p * (1 - p))
        assert abs(counts[name] - len(SAMPLES) * p) < 4 * error


@given(st.integers(0, 2**64), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=30, deadline=None)
def test_a_longer_corpus_starts_with_the_shorter_one(seed, count, more):
    short = list(grammar.sample(count, seed))
    long = list(grammar.sample(count + more, seed))
    assert len(long) == count + more
    assert long[:count] == short


def test_samples_are_lazy_and_depend_on_the_seed():
    endless = grammar.sample(10**18, seed=1)
    assert next(endless) == SAMPLES[0]
    assert list(grammar.sample(9, seed=2)) != list(SAMPLES[:9])


@pytest.mark.parametrize(("count", "seed"), [(-1, 0), (0, -1)])
def test_negative_count_or_seed_is_refused(count, seed):
    with pytest.raises(ValueError, match="negative"):
        grammar.sample(count, seed)


@given(
    st.sampled_from(SAMPLES[:500]),
    st.integers(0, 119),
    st.characters(codec="utf-8"),
)
@settings(deadline=None)
def test_changed_text_has_probability_0_or_below_1(one, at, character):
    at %= len(one.text)
    text = one.text[:at] + character + one.text[at + 1 :]
    result = grammar.log_probability(text)
    assert result == -math.inf or -200 < result < 0


@given(st.text(max_size=130))
@settings(max_examples=30, deadline=None)
def test_other_text_has_probability_0(text):
    assert grammar.log_probability(text) == -math.inf
    assert grammar.log_probability(SAMPLES[0].text + text + "~") == -math.inf
