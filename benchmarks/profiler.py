"""Time of a step by kind of op, from TensorFlow's profiler."""

import collections
import glob
import re
import tempfile
import time
from collections.abc import Callable, Hashable

from benchmarks.compat import read_xplane


def by_op(event: str) -> str | None:
    """Returns the kind of op of a profiler event, None for other events."""
    # All ops that XLA compiled are one event.
    if event == "CpuExecutable::ExecuteAsyncOnStream":
        return "compiled by XLA"
    # Ops are events called scope/name:Kind.
    match = re.fullmatch(r"[^:]+:(?:_Mkl(?:Native)?)?(\w+)", event)
    return match and match[1]


def by_product(event: str) -> bool:
    """Returns whether an event is a product of matrices."""
    return bool(re.search("MatMul|Conv2D|Einsum", by_op(event) or ""))


def milliseconds(
    step: Callable[[], object],
    kind_of: Callable[[str], Hashable],
    rounds: int = 3,
) -> tuple[float, dict[Hashable, float]]:
    """Profiles steps.

    Args:
        step: runs one step and waits for it.
        kind_of: returns the kind of an event from its name; events without a
            kind are left out.
        rounds: number of profiled steps.

    Returns:
        Milliseconds of a step, which the profiler itself makes longer, and
        milliseconds in which each kind was running, the longest first. Kinds
        that run at the same time both count.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            begin = time.perf_counter()
            for _ in range(rounds):
                step()
            wall = time.perf_counter() - begin
        (file,) = glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)
        with open(file, "rb") as profile:
            space = read_xplane(profile.read())
    spans = collections.defaultdict(list)
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                kind = kind_of(plane.event_metadata[event.metadata_id].name)
                if kind:
                    # Picoseconds; each line has its own start time.
                    begin = line.timestamp_ns * 1000 + event.offset_ps
                    spans[kind].append((begin, begin + event.duration_ps))
    per_step = {kind: _covered(s) / 1e9 / rounds for kind, s in spans.items()}
    order = sorted(per_step, key=per_step.get, reverse=True)
    return 1e3 * wall / rounds, {kind: per_step[kind] for kind in order}


def _covered(spans):
    """Returns the length of the union of intervals."""
    total, reached = 0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, reached))
        reached = max(reached, end)
    return total
