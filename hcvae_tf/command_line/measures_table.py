"""The table of measures that `evaluate` prints."""

from typing import Any

_SHOWN_DIMENSIONS = 8


def measures_table(measures: dict[str, Any], unit: str, corpus: str) -> str:
    """Returns the measures as text.

    Args:
        measures: what `evaluate --json` prints.
        unit: `"text"` or `"window"`.
        corpus: name of the texts.
    """
    characters = measures["characters"] / measures["texts"]
    scale = measures["bits_per_char"] / measures["negative_elbo"]
    rows = [f"{'':24}{f'nats per {unit}':>14}{'bits per character':>20}"]
    for name, label in {
        "negative_elbo": "negative ELBO",
        "reconstruction": "reconstruction",
        "kl": "kl",
        "auxiliary": "auxiliary",
        "importance_weighted_nll": "importance-weighted NLL",
        "yardstick": "language model",
    }.items():
        if name in measures:
            nats = measures[name]
            rows.append(f"{label:24}{nats:14.2f}{nats * scale:20.3f}")
    rows.append(f"perplexity per character {_short(measures['perplexity'])}")
    kls = measures["kl_per_dimension"]
    if kls:
        rows += [
            f"use of z: {measures['kl_verdict']} (KL {measures['kl']:.1f} "
            "nats; below 1 is unused, below 5 weak)",
            f"active units {measures['active_units']} of {len(kls)}; "
            f"90 % of the KL in {measures['kl_dimensions']}",
            f"mutual information {measures['mutual_information']:.2f} ± "
            f"{measures['mutual_information_error']:.2f} nats (at most "
            f"{measures['mutual_information_limit']:.2f})",
            "largest KL, nats (dimension): "
            + ", ".join(
                f"{kls[d]:.2f} ({d})"
                for d in sorted(range(len(kls)), key=lambda d: -kls[d])[
                    :_SHOWN_DIMENSIONS
                ]
            ),
        ]
    if "fluency" in measures:
        rows.append(
            f"written texts: {measures['distinct']:.1%} are different; "
            f"{measures['known_words']:.1%} of their words are words of "
            f"{corpus}; {measures['fluency']:.3f} bits per character with a "
            "5-gram model of validation texts, and these "
            f"{measures['reverse_fluency']:.3f} with one of the written texts"
        )
    if "kept_words" in measures:
        rows.append(
            f"reconstructions keep {measures['kept_words']:.1%} of the words, "
            f"{measures['kept_rare_words']:.1%} without the 100 most frequent"
        )
    if "reconstruction_by_place" in measures:
        rows += _places(measures)
    rows.append(
        f"{measures['texts']:,} {unit}s, {measures['characters']:,} "
        f"characters, {characters:.1f} characters per {unit}"
    )
    return "\n".join(rows)


def _short(number):
    """A perplexity may have hundreds of digits, if nothing limits the KL."""
    return f"{number:.2f}" if number < 1e6 else f"{number:.3g}"


def _places(measures):
    """Yields the costs of the first characters, the next ones, …."""
    own = measures["reconstruction_by_place"]
    other = measures.get("yardstick_by_place", [])
    width = measures["place_width"]
    yield f"{'characters':24}{'reconstruction':>14}" + (
        f"{'language model':>20}{'z saves':>10}" * bool(other)
    )
    for place, bits in enumerate(own):
        if bits is None:
            continue
        row = (
            f"{f'{place * width + 1} to {(place + 1) * width}':24}{bits:14.3f}"
        )
        if place < len(other) and other[place] is not None:
            row += f"{other[place]:20.3f}{other[place] - bits:10.3f}"
        yield row
