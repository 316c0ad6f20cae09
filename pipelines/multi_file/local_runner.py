"""Builds a multi-file dataset in this process."""

from collections.abc import Callable, Iterable, Mapping

from pipelines.compat.tfds import tqdm
from pipelines.files import text_files
from pipelines.multi_file.shard_writer import RangeWriter
from pipelines.multi_file.split import hash_of, splitter
from pipelines.multi_file.summary import Summary, key
from pipelines.preparation.text_cleaner import Text, TextCleaner


def write(
    paths: Iterable[str],
    cleaner: Callable[[], TextCleaner],
    writers: Mapping[str, RangeWriter],
) -> tuple[dict[str, int], dict[str, Summary]]:
    """Reads, cleans, de-duplicates and splits texts.

    Takes about 100 bytes of memory for each different row.

    Args:
        paths: files as `pipelines.files.text_files` reads them.
        cleaner: returns a new cleaner.
        writers: the writer of each split.

    Returns:
        The counts of the cleaner, and the summary of each split.

    Raises:
        UserError: if a file cannot be read, or the texts are too few to split.
    """

    def rows(cleaner: TextCleaner) -> Iterable[Text]:
        return cleaner(row for path in paths for row in text_files.rows(path))

    split_of = splitter(hash_of(row.text) for row in rows(cleaner()))
    summaries = {split: Summary() for split in writers}
    seen: set[bytes] = set()
    cleaning = cleaner()
    read = rows(cleaning)
    for row in tqdm(read, "reading", leave=False, unit=" texts", mininterval=1):
        row_key = key(row)
        if row_key in seen:
            continue
        seen.add(row_key)
        split = split_of(row.text)
        summaries[split].add(row.text)
        writers[split].write(row_key, row._asdict())
    return cleaning.counts, summaries
