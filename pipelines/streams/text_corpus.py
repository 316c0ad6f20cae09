"""A corpus of separate texts, one per window."""

import functools

import tensorflow as tf

from pipelines.errors import UserError
from pipelines.streams import windows
from pipelines.streams.as_written import as_written
from pipelines.streams.corpus import Corpus, parse_texts, read_records
from pipelines.streams.length_groups import BATCHES, grouped_by_length
from pipelines.streams.prefetching import PARALLEL, prefetched
from pipelines.streams.share import WHOLE, Share
from pipelines.streams.shuffling import shuffled_passes
from pipelines.vocabulary import BaseVocabulary

# Most texts that are shuffled together, and about the most bytes of them.
BLOCK = 1 << 16
BLOCK_BYTES = 1 << 25
# Texts that are read together. As many parts of long texts, of so many bytes
# each, are encoded together, or fewer longer ones.
_PARTS = 64
_PART_BYTES = 1 << 12
# Texts of a split whose tokens are counted to say how long they are.
_MOST_COUNTED = 100_000


class TextCorpus(Corpus):
    """Corpus of texts: a window is a text with `END`, padded or in part."""

    @as_written
    def training(
        self,
        length: int,
        batch_size: int,
        seed: int,
        start_step: int = 0,
        group_by_length: bool = False,
        share: Share = WHOLE,
    ) -> tf.data.Dataset:
        """See base class. Each pass reads every text once, in a new order.

        From a text of more than `length - 1` tokens it takes one random window
        of its tokens and `END`.
        """
        size = self.sizes["train"]
        if size < batch_size:
            raise UserError(
                f"{self.name} has {size} training texts, fewer than a batch "
                f"of {batch_size}; choose `batch_size` {size} or smaller"
            )

        if group_by_length:
            first_group, skipped = divmod(start_step, BATCHES)
            batches = self._windows(
                length, batch_size, seed, first_group * BATCHES
            )
            stream = (
                batches.batch(BATCHES, drop_remainder=True)
                .enumerate(first_group)
                .map(
                    lambda group, rows: grouped_by_length(
                        rows, size, seed, group
                    )[:, share.rows(batch_size)]
                )
                .unbatch()
                .skip(skipped)
            )
        else:
            stream = self._windows(length, batch_size, seed, start_step, share)
        return stream.apply(
            tf.data.experimental.assert_cardinality(
                tf.data.INFINITE_CARDINALITY
            )
        ).apply(prefetched)

    def _windows(
        self,
        length: int,
        batch_size: int,
        seed: int,
        start: int,
        share: Share = WHOLE,
    ) -> tf.data.Dataset:
        """Streams a share of batches of windows of the texts, as shuffled."""

        def encoded(step: tf.Tensor, records: tf.Tensor) -> tf.Tensor:
            texts = parse_texts(records[share.rows(batch_size)])
            window, part = (
                windows.random_numbers(seed, step, tf.size(texts), share, *more)
                for more in ((), (1,))
            )
            rows = self.vocabulary.random_windows(texts, window, part, length)
            return tf.ensure_shape(rows, (batch_size // share.parts, length))

        return (
            shuffled_passes(
                self.files("train"),
                self.builder.info.splits["train"].shard_lengths,
                self._block_size(),
                seed,
                start * batch_size,
            )
            .batch(batch_size, drop_remainder=True)
            .enumerate(start)
            .map(encoded, num_parallel_calls=PARALLEL, deterministic=True)
        )

    @as_written
    def evaluation(
        self, split: str, length: int, batch_size: int, share: Share = WHOLE
    ) -> tf.data.Dataset:
        """See base class. A long text is cut into windows, the last padded."""
        rows = share.rows(batch_size)
        records = self._records(split)
        if self.record["longest"] < length:
            batches = records.batch(batch_size).map(
                lambda batch: self._encoded(parse_texts(batch[rows]), length)
            )
        else:
            size = self._part_bytes(length)
            batches = (
                self._parts(records, size)
                .batch(max(1, _PARTS * _PART_BYTES // size))
                .map(
                    lambda texts, go_on: self.vocabulary.all_windows(
                        texts, length, go_on
                    ),
                    num_parallel_calls=PARALLEL,
                    deterministic=True,
                )
                .unbatch()
                .batch(batch_size)
                .map(lambda batch: batch[rows])
            )
        return batches.apply(prefetched)

    def texts_per_pass(self, length: int) -> float:
        """See base class; a long text counts once."""
        return self.sizes["train"]

    def unit(self, split: str, length: int) -> str:
        """See base class; without looking at all texts of a large split."""
        files = tuple(self.files(split))
        longest = self.record["longest"]
        if longest < length:
            return "text"
        if self.vocabulary.fewest_tokens(longest) > length:
            return "window"
        if split == "all" or self.sizes[split] > _MOST_COUNTED:
            return "window"
        fits = _longest_text(files, self.vocabulary) <= length
        return "text" if fits else "window"

    def _block_size(self) -> int:
        """Returns how many texts to shuffle together in bounded memory."""
        train = self.builder.info.metadata["splits"]["train"]
        mean = train["bytes"] / self.sizes["train"]
        return max(1, min(BLOCK, int(BLOCK_BYTES / mean)))

    def _encoded(self, texts: tf.Tensor, length: int) -> tf.Tensor:
        starts = tf.zeros_like(texts, tf.int64)
        return self.vocabulary.encode_windows(texts, starts, length)

    def _part_bytes(self, length: int) -> int:
        """Returns the bytes of a part, into which what fits a window fits."""
        least = max(_PART_BYTES, self.vocabulary.most_bytes(length))
        # Then windows of characters are those of the text as a whole.
        return -(-least // length) * length

    def _parts(self, records: tf.data.Dataset, size: int) -> tf.data.Dataset:
        """Streams texts in parts of `size` bytes, and which of them go on."""
        texts = records.batch(_PARTS).map(parse_texts).unbatch()
        if self.record["longest"] <= size:
            return texts.map(lambda text: (text, False))
        return texts.flat_map(
            lambda text: tf.data.Dataset.from_tensor_slices(
                self.vocabulary.parts(text, size)
            )
        )


@functools.lru_cache(maxsize=8)
@as_written
def _longest_text(files: tuple[str, ...], vocabulary: BaseVocabulary) -> int:
    """Returns the number of tokens of the longest text, `END` included."""
    counts = (
        read_records(list(files))
        .batch(_PARTS)
        .map(
            lambda batch: tf.reduce_max(vocabulary.count(parse_texts(batch))),
            num_parallel_calls=PARALLEL,
        )
        .apply(prefetched)
    )
    return max(map(int, counts))
