"""A corpus of separate texts, one per window."""

import tensorflow as tf

from pipelines.errors import UserError
from pipelines.streams import windows
from pipelines.streams.corpus import Corpus, parse_texts
from pipelines.streams.length_groups import BATCHES, grouped_by_length
from pipelines.streams.prefetching import PARALLEL, prefetched
from pipelines.streams.share import WHOLE, Share
from pipelines.streams.shuffling import shuffled_passes

# Most texts that are shuffled together, and about the most bytes of them.
BLOCK = 1 << 16
BLOCK_BYTES = 1 << 25


class TextCorpus(Corpus):
    """Corpus of texts: a window is a text with `END`, padded or in part."""

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

        From a text of more than `length - 1` bytes it takes one random window
        of its bytes and `END`.
        """
        size = self.sizes["train"]
        if size < batch_size:
            raise UserError(
                f"{self.name} has {size} training texts, fewer than a batch "
                f"of {batch_size}; choose `batch_size` {size} or smaller"
            )

        def encoded(step: tf.Tensor, texts: tf.Tensor) -> tf.Tensor:
            if self._fits(length):
                return self.vocabulary.encode(texts, length)
            sizes = self.vocabulary.count(texts)
            starts = windows.random_starts(seed, step, sizes, length, share)
            return self.vocabulary.encode_windows(texts, starts, length)

        if group_by_length:
            batches = self._grouped(length, batch_size, seed, start_step, share)
        else:
            batches = self._shuffled(batch_size, seed, start_step, share)
        return (
            tf.data.Dataset.zip(tf.data.Dataset.counter(start_step), batches)
            .map(
                encoded,
                num_parallel_calls=PARALLEL,
                deterministic=True,
            )
            .apply(
                tf.data.experimental.assert_cardinality(
                    tf.data.INFINITE_CARDINALITY
                )
            )
            .apply(prefetched)
        )

    def _shuffled(
        self, count: int, seed: int, start: int, share: Share = WHOLE
    ) -> tf.data.Dataset:
        """Streams the texts as shuffled, a share of `count` at a time."""
        return (
            shuffled_passes(
                self.files("train"),
                self.builder.info.splits["train"].shard_lengths,
                self._block_size(),
                seed,
                start * count,
            )
            .batch(count, drop_remainder=True)
            .map(
                lambda records: parse_texts(records[share.rows(count)]),
                num_parallel_calls=PARALLEL,
                deterministic=True,
            )
        )

    def _grouped(
        self,
        length: int,
        batch_size: int,
        seed: int,
        start_step: int,
        share: Share,
    ) -> tf.data.Dataset:
        """Streams a share of batches of texts of about the same length."""
        first_group, skipped = divmod(start_step, BATCHES)

        def batches(group: tf.Tensor, texts: tf.Tensor) -> tf.Tensor:
            # A window of a longer text has `length` tokens.
            lengths = tf.minimum(self.vocabulary.count(texts), length)
            order = grouped_by_length(
                lengths, batch_size, self.sizes["train"], seed, group
            )
            order = tf.reshape(order, (BATCHES, batch_size))
            return tf.gather(texts, order[:, share.rows(batch_size)])

        return (
            self._shuffled(BATCHES * batch_size, seed, first_group)
            .enumerate(first_group)
            .map(batches)
            .unbatch()
            .skip(skipped)
        )

    def evaluation(
        self, split: str, length: int, batch_size: int, share: Share = WHOLE
    ) -> tf.data.Dataset:
        """See base class. A long text is cut into windows, the last padded."""

        def encoded(texts: tf.Tensor) -> tf.Tensor:
            starts = tf.zeros_like(texts, tf.int64)
            return self.vocabulary.encode_windows(texts, starts, length)

        rows = share.rows(batch_size)
        records = self._records(split)
        if self._fits(length):
            batches = records.batch(batch_size).map(
                lambda batch: encoded(parse_texts(batch[rows]))
            )
        else:
            batches = (
                records.flat_map(lambda record: self._pieces(record, length))
                .batch(batch_size)
                .map(lambda batch: encoded(batch[rows]))
            )
        return batches.apply(prefetched)

    def texts_per_pass(self, length: int) -> float:
        """See base class; a long text counts once."""
        return self.sizes["train"]

    def unit(self, length: int) -> str:
        """See base class."""
        return "text" if self._fits(length) else "window"

    def _block_size(self) -> int:
        """Returns how many texts to shuffle together in bounded memory."""
        train = self.builder.info.metadata["splits"]["train"]
        mean = train["bytes"] / self.sizes["train"]
        return max(1, min(BLOCK, int(BLOCK_BYTES / mean)))

    def _fits(self, length: int) -> bool:
        """Returns whether every text and its `END` fit into one window."""
        return self.vocabulary.max_tokens(self.record["longest"]) <= length

    def _pieces(self, record: tf.Tensor, length: int) -> tf.data.Dataset:
        """Streams the texts of a long text's windows."""
        text = parse_texts(record[tf.newaxis])[0]
        return tf.data.Dataset.from_tensor_slices(
            self.vocabulary.pieces(text, length)
        )
