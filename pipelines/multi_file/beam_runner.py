"""Builds a multi-file dataset as an Apache Beam pipeline."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

import apache_beam as beam
from apache_beam.pvalue import AsSingleton
from etils import epath

from pipelines.compat.tfds import incomplete_file
from pipelines.files import file_system, text_files
from pipelines.multi_file.split import (
    MAX_RANKED,
    SPLITS,
    Splitter,
    hash_of,
    splitter,
)
from pipelines.multi_file.summary import Summary, key
from pipelines.preparation.text_cleaner import Text, TextCleaner

# Bytes of a file that a worker reads at a time.
PART_BYTES = 32 << 20
_NOTES = "notes.json"

Row = tuple[bytes, bytes]


def splits(
    pipeline: beam.Pipeline,
    paths: Iterable[str],
    cleaner: Callable[[], TextCleaner],
    folder: epath.Path,
) -> dict[str, beam.PCollection]:
    """Reads, cleans, de-duplicates and splits texts.

    A runner may repeat any piece of work: all counts travel with the rows, and
    the notes are written atomically.

    Args:
        pipeline: the pipeline to extend.
        paths: files as `pipelines.files.text_files` reads them.
        cleaner: returns a new cleaner.
        folder: folder for the notes that `pop_statistics` reads.

    Returns:
        Keys and examples of each split, for TFDS to write.
    """
    parts = [part for path in paths for part in _parts(path)]
    cleaned = (
        pipeline
        | "Parts" >> beam.Create(parts)
        # Lets the runner distribute the parts over the workers.
        | beam.Reshuffle()
        | "Clean"
        >> beam.ParDo(_Clean(cleaner)).with_outputs("counts", main="rows")
    )
    rows = cleaned.rows | "Typed" >> beam.Map(tuple).with_output_types(Row)
    # Computed before equal rows are removed, so that the rows need not be
    # stored until the bounds are known.
    split_of = (
        rows
        | "Hash" >> beam.Map(lambda row: hash_of(row[1]))
        | "Hashes" >> beam.CombineGlobally(_FewHashes())
        | "Bounds" >> beam.Map(splitter)
    )
    routed = (
        rows
        | "Deduplicate" >> beam.Distinct()
        | "Split"
        >> beam.ParDo(_Route(), AsSingleton(split_of)).with_outputs(*SPLITS)
    )
    summaries = {
        split: AsSingleton(
            routed[split]
            | f"Summarize {split}" >> beam.CombineGlobally(_Summarize())
        )
        for split in SPLITS
    }
    counts = cleaned.counts | beam.CombineGlobally(_add)
    _ = (
        pipeline
        | "Once" >> beam.Create([None])
        | "Note"
        >> beam.Map(
            _write_notes, folder, counts=AsSingleton(counts), **summaries
        )
    )
    return {
        split: routed[split] | f"Key {split}" >> beam.Map(_example)
        for split in SPLITS
    }


def pop_statistics(
    folder: epath.Path,
) -> tuple[dict[str, int], dict[str, Summary]]:
    """Reads and deletes the notes of a pipeline about its rows.

    Returns:
        The sum of the cleaners' counts, and the summary of each split.
    """
    path = epath.Path(folder) / _NOTES
    notes = json.loads(path.read_text())
    path.unlink()
    summaries = {split: Summary(**notes[split]) for split in SPLITS}
    return notes["counts"], summaries


def _parts(path: str) -> Iterator[tuple[str, int, int | None]]:
    """Yields the byte ranges of a file; a compressed file has only one."""
    if path.endswith(".gz"):
        yield path, 0, None
        return
    for start in range(0, file_system.stat(path).size, PART_BYTES):
        yield path, start, start + PART_BYTES


class _Clean(beam.DoFn):
    """Reads and cleans a part; the cleaner's counts are a side output."""

    def __init__(self, cleaner):
        self._cleaner = cleaner

    def process(self, part):
        cleaner = self._cleaner()
        yield from cleaner(text_files.rows(*part))
        yield beam.pvalue.TaggedOutput("counts", cleaner.counts)


class _Route(beam.DoFn):
    """Sends each row to the output of its split."""

    def process(self, row: Row, split_of: Splitter):
        yield beam.pvalue.TaggedOutput(split_of(row[1]), row)


class _FewHashes(beam.CombineFn):
    """Collects different hashes until there are more than `MAX_RANKED`."""

    def create_accumulator(self):
        return set()

    def add_input(self, hashes, value):
        if len(hashes) <= MAX_RANKED:
            hashes.add(value)
        return hashes

    def merge_accumulators(self, accumulators):
        hashes = set()
        for each in accumulators:
            if len(hashes) <= MAX_RANKED:
                hashes |= each
        return hashes

    def extract_output(self, hashes):
        return hashes


class _Summarize(beam.CombineFn):
    """Combines rows into their summary."""

    def create_accumulator(self):
        return Summary()

    def add_input(self, summary, row):
        summary.add(row[1])
        return summary

    def merge_accumulators(self, accumulators):
        merged = Summary()
        for each in accumulators:
            merged.merge(each)
        return merged

    def extract_output(self, summary):
        return summary


def _add(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total = Counter()
    for each in counts:
        total.update(each)
    return dict(total)


def _example(row: Row) -> tuple[bytes, dict[str, bytes]]:
    text = Text(*row)
    return key(text), text._asdict()


def _write_notes(_, folder, counts, **summaries) -> None:
    notes = {name: asdict(summary) for name, summary in summaries.items()}
    with incomplete_file(epath.Path(folder) / _NOTES) as path:
        path.write_text(json.dumps({"counts": counts, **notes}))
