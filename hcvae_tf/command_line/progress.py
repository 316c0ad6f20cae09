"""Tells the user on stderr what a command is doing, and how far it is."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np

    from hcvae_tf.inference.trained_text_vae import TrainedTextVAE

Item = TypeVar("Item")


def announce(work: str) -> None:
    """Prints a line about the work that begins."""
    print(f"{work} ...", file=sys.stderr, flush=True)


def progress(
    items: Iterable[Item], work: str, unit: str, total: int | None = None
) -> Iterator[Item]:
    """Yields the items; prints a line and, on a terminal, a progress bar.

    Args:
        items: what to work on.
        work: what is done.
        unit: plural name of the items.
        total: number of the items, if it is known.
    """
    from tqdm import tqdm

    announce(work)
    # None: no bar without a terminal.
    yield from tqdm(
        items, total=total, unit=f" {unit}", leave=False, disable=None
    )


def encode(trained: "TrainedTextVAE", texts: list[bytes]) -> "np.ndarray":
    """Returns the `z_mean` of texts, `(texts, z_size)`, and shows progress."""
    import numpy as np

    size = trained.signatures.rows
    starts = range(0, len(texts), size)
    work = f"encoding {len(texts):,} texts"
    parts = [
        trained.encode(texts[start : start + size])[0]
        for start in progress(starts, work, "batches", len(starts))
    ]
    return np.concatenate(parts or [trained.encode([])[0]])
